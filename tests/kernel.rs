//! The engine on the real kernel: what calls do, what is seen of sockets meanwhile, and what is said and offered then.

mod common;

mod kernel {
    mod capture;
    mod causes;
    mod children;
    mod commands;
    mod endpoint;
    mod ends;
    mod engine;
    mod evidence;
    mod fast_open;
    mod firewall;
    mod log;
    mod models;
    mod names;
    mod simultaneous;
    mod ss;
    mod suggestions;
    mod transfers;
}
