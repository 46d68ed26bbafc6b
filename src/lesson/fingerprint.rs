//! The fingerprint of a lesson's text, by which a text that has changed is known.

/// FNV-1a of 128 bits: its offset basis and its prime.
const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

/// The fingerprint of a text, in hexadecimal.
///
/// It shows that a file was edited. It is not safe against somebody who constructs two texts with the same fingerprint;
/// what such a text could do is limited by [`crate::script::confinement`].
pub(crate) fn fingerprint(text: &str) -> String {
    let hash = text.bytes().fold(BASIS, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(PRIME)
    });
    format!("{hash:032x}")
}

#[cfg(test)]
mod tests {
    use crate::lesson::fingerprint::*;

    #[test]
    fn a_text_has_one_fingerprint_and_another_text_another() {
        assert_eq!(fingerprint(""), "6c62272e07bb014262b821756295c58d");
        assert_eq!(fingerprint("a"), "d228cb696f1a8caf78912b704e4a8964");
        assert_ne!(fingerprint("close(a)"), fingerprint("close(b)"));
    }
}
