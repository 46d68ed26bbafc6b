//! Completion: what could stand at the end of a line that is being typed.
