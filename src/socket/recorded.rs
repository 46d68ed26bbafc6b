//! How values are written into a record and read back, where serde has no form of its own for them.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// A text of the program's own tables. The alias is needed: of a field that is a reference serde would borrow.
pub type OwnText = &'static str;

/// The longest text that is read in place of one of the program's own.
const LONGEST: usize = 512;
/// How many different ones are read: a record comes from outside, and each stays in memory.
const MOST: usize = 4096;

/// The texts that were read so far.
static READ: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

/// The text as one that lives as long as the program. Each different one is kept once.
fn kept<E: Error>(text: &str) -> Result<&'static str, E> {
    let mut all = READ.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = all.get(text) {
        return Ok(known);
    }
    if text.len() > LONGEST || all.len() >= MOST {
        return Err(E::custom("it has too many or too long names"));
    }
    let new: &'static str = Box::leak(text.into());
    all.insert(new);
    Ok(new)
}

/// A text of the program's own tables.
pub(crate) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<&'static str, D::Error> {
    kept(&Cow::<str>::deserialize(from)?)
}

/// The same, which may be absent.
pub(crate) fn some_text<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<&'static str>, D::Error> {
    let text = Option::<Cow<'_, str>>::deserialize(from)?;
    text.map(|text| kept(&text)).transpose()
}

/// Two of them.
pub(crate) fn two_texts<'de, D: Deserializer<'de>>(from: D) -> Result<[&'static str; 2], D::Error> {
    let [first, second] = <[Cow<'_, str>; 2]>::deserialize(from)?;
    Ok([kept(&first)?, kept(&second)?])
}

/// A list in which each value has one for its name.
pub(crate) fn named<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<Vec<(&'static str, T)>, D::Error> {
    let all = Vec::<(Cow<'_, str>, T)>::deserialize(from)?;
    let named = all
        .into_iter()
        .map(|(name, value)| Ok((kept(&name)?, value)));
    named.collect()
}

/// Whether a value need not be written: it is what is read where there is none.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Bytes, each as the character with its number: text stays readable, and nothing is lost.
pub(crate) mod bytes {
    use std::borrow::Cow;

    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(
        bytes: &impl AsRef<[u8]>,
        into: S,
    ) -> Result<S::Ok, S::Error> {
        let text: String = bytes.as_ref().iter().copied().map(char::from).collect();
        into.serialize_str(&text)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>, T: From<Vec<u8>>>(
        from: D,
    ) -> Result<T, D::Error> {
        let text = Cow::<'_, str>::deserialize(from)?;
        let bytes: Result<Vec<u8>, _> = text.chars().map(u8::try_from).collect();
        bytes.map(T::from).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use crate::socket::recorded;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Kept {
        #[serde(with = "recorded::bytes")]
        bytes: Vec<u8>,
        #[serde(deserialize_with = "recorded::text")]
        word: recorded::OwnText,
    }

    #[test]
    fn every_byte_survives_and_text_stays_readable() {
        let kept = Kept {
            bytes: (0..=255).chain(*b"hello").collect(),
            word: "SYN",
        };
        let line = serde_json::to_string(&kept).expect("it has a form");
        assert!(line.contains("hello") && !line.contains('\n'), "{line}");
        let read: Kept = serde_json::from_str(&line).expect("it is read back");
        assert_eq!(read, kept);
    }

    #[test]
    fn what_is_no_byte_or_too_long_is_refused() {
        let read = |bytes: &str, word: &str| {
            serde_json::from_str::<Kept>(&format!(r#"{{"bytes":"{bytes}","word":"{word}"}}"#))
        };
        assert!(read("a", "b").is_ok());
        assert!(read("\u{100}", "b").is_err());
        assert!(read("a", &"b".repeat(600)).is_err());
    }
}
