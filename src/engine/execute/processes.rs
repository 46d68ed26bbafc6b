//! fork(2), waitpid(2) and _exit(2).

use std::sync::Arc;

use crate::call::outcome::Returned;
use crate::engine::execute::{Execution, Result};
use crate::sys::made::InChild;

impl Execution<'_> {
    pub(crate) fn fork(&mut self) -> Result {
        let mut copied = crate::engine::children::open_now(self.shared);
        let link = Arc::new(crate::sys::child::fork()?);
        let in_child = InChild::enter(&link);
        // Another thread may have closed one just before.
        copied.retain(|(_, entry)| crate::sys::asked::is_open(entry.target.fd));
        drop(in_child);
        let pid = link.pid();
        self.shared.note_forked((link, copied));
        self.raw.returned = i64::from(pid);
        Ok(Returned::Process(pid))
    }

    pub(crate) fn waitpid(&mut self, pid: i32, options: i32) -> Result {
        let change = crate::sys::child::waitpid(pid, options)?;
        if let Some(change) = change {
            self.raw.returned = i64::from(pid);
            crate::engine::children::was_waited_for(self.shared, pid, change);
        }
        Ok(Returned::Child(change))
    }
}
