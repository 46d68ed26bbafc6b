/// So many bytes of a text, again and again.
fn repeat(text: &[u8], length: usize) -> Vec<u8> {
    text.iter().copied().cycle().take(length).collect()
}
