//! The built program in a pseudo-terminal: it starts, is used, shows what the kernel does, and leaves nothing behind.

#[path = "tui/bursts.rs"]
mod bursts;
#[path = "tui/calls.rs"]
mod calls;
#[path = "tui/cards.rs"]
mod cards;
#[path = "tui/confined.rs"]
mod confined;
#[path = "tui/display.rs"]
mod display;
#[path = "tui/ends.rs"]
mod ends;
#[path = "tui/figure.rs"]
mod figure;
#[path = "tui/hostile.rs"]
mod hostile;
#[path = "tui/idle.rs"]
mod idle;
#[path = "tui/job.rs"]
mod job;
#[path = "tui/ladder.rs"]
mod ladder;
#[path = "tui/leaving.rs"]
mod leaving;
#[path = "tui/lesson.rs"]
mod lesson;
#[path = "tui/look.rs"]
mod look;
#[path = "tui/loops.rs"]
mod loops;
#[path = "tui/microscope.rs"]
mod microscope;
#[path = "tui/chooser.rs"]
mod palette;
#[path = "tui/prompt.rs"]
mod prompt;
#[path = "tui/queues.rs"]
mod queues;
#[path = "tui/rig.rs"]
mod rig;
#[path = "tui/sets.rs"]
mod sets;
#[path = "tui/states.rs"]
mod states;
#[path = "tui/suggestions.rs"]
mod suggestions;
#[path = "tui/traced.rs"]
mod traced;
#[path = "tui/two.rs"]
mod two;
