/// \file
/// The channels: animated values of a face.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "error.hpp"

namespace metaface {

/// The number of blendshapes, 0 to 1, which are the first channels.
inline constexpr std::size_t blendshape_count = 52;
/// The number of channels: the blendshapes, then nine signed angles in radians.
inline constexpr std::size_t channel_count = 61;

/// One animated value of a face, in the order of Live Link: ARKit's blendshapes, then yaw
/// (positive to the character's left), pitch (positive up) and roll (positive to its left
/// shoulder) of head and eyes.
enum class Channel : std::uint8_t {
    eye_blink_left,
    eye_look_down_left,
    eye_look_in_left,
    eye_look_out_left,
    eye_look_up_left,
    eye_squint_left,
    eye_wide_left,
    eye_blink_right,
    eye_look_down_right,
    eye_look_in_right,
    eye_look_out_right,
    eye_look_up_right,
    eye_squint_right,
    eye_wide_right,
    jaw_forward,
    jaw_left,
    jaw_right,
    jaw_open,
    mouth_close,
    mouth_funnel,
    mouth_pucker,
    mouth_left,
    mouth_right,
    mouth_smile_left,
    mouth_smile_right,
    mouth_frown_left,
    mouth_frown_right,
    mouth_dimple_left,
    mouth_dimple_right,
    mouth_stretch_left,
    mouth_stretch_right,
    mouth_roll_lower,
    mouth_roll_upper,
    mouth_shrug_lower,
    mouth_shrug_upper,
    mouth_press_left,
    mouth_press_right,
    mouth_lower_down_left,
    mouth_lower_down_right,
    mouth_upper_up_left,
    mouth_upper_up_right,
    brow_down_left,
    brow_down_right,
    brow_inner_up,
    brow_outer_up_left,
    brow_outer_up_right,
    cheek_puff,
    cheek_squint_left,
    cheek_squint_right,
    nose_sneer_left,
    nose_sneer_right,
    tongue_out,
    head_yaw,
    head_pitch,
    head_roll,
    left_eye_yaw,
    left_eye_pitch,
    left_eye_roll,
    right_eye_yaw,
    right_eye_pitch,
    right_eye_roll,
};

/// The name in the spelling of Unreal and Live Link, such as "JawOpen"; empty for values beyond the
/// last channel.
METAFACE_API std::string name(Channel channel);
/// The channel with this name, in either spelling: "JawOpen", "jawOpen".
METAFACE_API std::optional<Channel> channel_named(const std::string& name);

}  // namespace metaface
