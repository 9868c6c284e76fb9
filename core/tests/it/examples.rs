//! The examples of the Rust API run.

#[path = "../../examples/animate.rs"]
mod animate;
#[path = "../../examples/learn_speaker.rs"]
mod learn_speaker;
#[path = "../../examples/stream.rs"]
mod stream;

#[test]
fn a_sound_is_animated() {
    animate::main().expect("the example runs");
}

#[test]
fn a_speaker_is_learned_and_animates_another_sound() {
    learn_speaker::main().expect("the example runs");
}

#[test]
fn sound_is_animated_as_it_arrives() {
    stream::main().expect("the example runs");
}
