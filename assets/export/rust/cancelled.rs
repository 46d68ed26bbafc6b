/// Whether the call of this thread was cancelled.
fn is_cancelled() -> bool {
    OWN_CALL
        .get()
        .is_some_and(|index| CANCELLED[index].load(SeqCst))
}
