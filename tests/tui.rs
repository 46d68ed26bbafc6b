//! The built program in a pseudo-terminal: it starts, is used, shows what the kernel does, and leaves nothing behind.

mod common;

mod tui {
    mod bursts;
    mod calls;
    mod cards;
    mod code;
    mod configuration;
    mod confined;
    mod copying;
    mod ends;
    mod figure;
    mod filter;
    mod hostile;
    mod idle;
    mod job;
    mod ladder;
    mod leaving;
    mod lesson;
    mod loops;
    mod microscope;
    mod numbers;
    mod palette;
    mod private_network;
    mod program;
    mod prompt;
    mod queues;
    mod screen;
    mod script;
    mod sets;
    mod start;
    mod states;
    mod suggestions;
    mod themes;
    mod traced;
    mod two;
}
