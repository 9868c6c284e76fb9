//! Channels by index and by name.

use metaface_core::clip::Channel;

pub fn channel_name(index: u8) -> String {
    let channel = Channel::ALL.get(usize::from(index));
    channel.map_or("", |channel| channel.name()).to_owned()
}

/// The channel's index, or -1 if no channel has this name.
pub fn channel_index(name: &str) -> i32 {
    name.parse::<Channel>()
        .map_or(-1, |channel| channel.index() as i32)
}
