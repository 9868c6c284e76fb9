/// \file
/// MetaFace for C++17: sound in, facial animation out.
///
/// \code
/// #include <metaface/metaface.hpp>
///
/// metaface::Animator animator = metaface::Animator::open();
/// metaface::Clip clip = animator.animate("line.wav");
/// clip.save("line.usdc");
/// \endcode
///
/// **Errors.** Every function that can fail comes twice: `animate` throws metaface::Error, and
/// `try_animate` returns a metaface::Result. Built without exceptions, only the second exists.
/// Nothing else is thrown, but what a callback of yours throws, and `std::bad_alloc`.
///
/// **Threads.** Animator, Clip, Sound, Speaker, Character, RigMap and Performance never change:
/// copies are cheap, and all threads may use the same one at once. A Stream belongs to one thread
/// at a time. Learning runs one at a time in a process; a second waits.
///
/// **Text** is UTF-8; on Windows, so do paths of narrow characters with `std::filesystem::u8path`
/// alone. **Lengths** are metres, **angles** radians, quaternions x y z w.
#pragma once

#include "animator.hpp"
#include "channel.hpp"
#include "character.hpp"
#include "clip.hpp"
#include "error.hpp"
#include "frame_rate.hpp"
#include "performance.hpp"
#include "rig_map.hpp"
#include "sound.hpp"
#include "speaker.hpp"
#include "stream.hpp"

namespace metaface {

/// The library's version, such as "0.1.0".
METAFACE_API std::string version();

/// What works on this machine: version, devices, base model and a timed self-test, for people to
/// read. Takes about a second.
METAFACE_API Result<std::string> try_doctor();

#if METAFACE_EXCEPTIONS
/// try_doctor(), throwing.
inline std::string doctor() { return try_doctor().value(); }
#endif

}  // namespace metaface
