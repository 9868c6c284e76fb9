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
/// **Errors.** Every function that can fail has two forms: `animate` throws metaface::Error, and
/// `try_animate` returns a metaface::Result. Without exceptions, only the second form exists. The
/// only other exceptions are those of your callbacks and `std::bad_alloc`.
///
/// **Threads.** Animator, Clip, Sound, Speaker, Character, RigMap and Performance are immutable:
/// copies are cheap, and threads may share an object. Use a Stream from one thread at a time. A Live
/// takes sound from one thread and gives its face to any.
///
/// **Strings** are UTF-8. On Windows, make paths of narrow characters with
/// `std::filesystem::u8path`. **Lengths** are metres, **angles** radians, quaternions x y z w.
#pragma once

#include "animator.hpp"
#include "channel.hpp"
#include "character.hpp"
#include "clip.hpp"
#include "error.hpp"
#include "frame_rate.hpp"
#include "live.hpp"
#include "options.hpp"
#include "performance.hpp"
#include "rig_map.hpp"
#include "sound.hpp"
#include "speaker.hpp"
#include "stream.hpp"

namespace metaface {

/// The library's version, such as "0.1.0".
METAFACE_API std::string version();

/// Diagnosis of this machine as text: version, devices, base model and a timed self-test. Takes
/// about a second.
METAFACE_API Result<std::string> try_doctor();

#if METAFACE_EXCEPTIONS
/// As try_doctor(), but throws.
inline std::string doctor() { return try_doctor().value(); }
#endif

}  // namespace metaface
