#include "performance.hpp"

#include <algorithm>
#include <cmath>
#include <new>

#include <metaface/character.hpp>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "arguments.hpp"
#include "arrays.hpp"
#include "bindings.hpp"
#include "errors.hpp"

namespace metaface::python {
namespace {

constexpr std::size_t quaternion_width = 4;

template <typename PythonTrack>
std::vector<PythonTrack> owned_tracks(const std::vector<Track>& tracks,
                                      const std::shared_ptr<const Performance>& performance) {
    std::vector<PythonTrack> owned;
    for (const Track& track : tracks) {
        owned.push_back(PythonTrack{{track.index, track.name, performance->frame_count(),
                                     track.width, track.values, track.undriven, performance}});
    }
    return owned;
}

template <typename PythonTrack>
std::vector<TrackDescription> descriptions(const std::vector<PythonTrack>& tracks) {
    std::vector<TrackDescription> descriptions;
    for (const PythonTrack& track : tracks) {
        descriptions.push_back({track.index, track.values});
    }
    return descriptions;
}

std::size_t index_of(nb::handle key, const char* what) {
    std::size_t index = 0;
    if (!nb::try_cast(key, index)) {
        throw nb::type_error((std::string(what) + ": expected integer indices as keys").c_str());
    }
    return index;
}

// Copies the values, so that the caller cannot change a performance that other threads use.
template <typename PythonTrack>
PythonTrack recorded_track(std::size_t index, nb::handle values, const std::string& what) {
    const Floats floats = floats_of(values, what.c_str());
    if (floats.ndim() != 2) {
        throw_argument_error(what + ": expected shape (frames, values)");
    }
    if (!std::all_of(floats.data(), floats.data() + floats.size(),
                     [](float value) { return std::isfinite(value); })) {
        throw_argument_error(what + ": a value is not a finite number");
    }
    auto copy = std::make_shared<const std::vector<float>>(floats.data(),
                                                           floats.data() + floats.size());
    return PythonTrack{{index, {}, floats.shape(0), floats.shape(1), copy->data(), {}, copy}};
}

template <typename PythonTrack>
std::vector<PythonTrack> recorded_tracks(nb::handle arrays, const char* what,
                                         std::optional<std::size_t>& frames) {
    std::vector<PythonTrack> tracks;
    if (!nb::hasattr(arrays, "items")) {
        throw nb::type_error(
            (std::string(what) + ": expected a mapping of indices to arrays").c_str());
    }
    for (nb::handle item : arrays.attr("items")()) {
        nb::tuple pair(item);
        const std::size_t index = index_of(pair[0], what);
        const std::string where = std::string(what) + "[" + std::to_string(index) + "]";
        tracks.push_back(recorded_track<PythonTrack>(index, pair[1], where));
        const std::size_t track_frames = tracks.back().frames;
        if (frames.value_or(track_frames) != track_frames) {
            throw_argument_error(where + " has " + std::to_string(track_frames) +
                                 " frames, but the other tracks have " + std::to_string(*frames));
        }
        frames = track_frames;
    }
    std::sort(tracks.begin(), tracks.end(),
              [](const PythonTrack& a, const PythonTrack& b) { return a.index < b.index; });
    return tracks;
}

AnyPerformance recording(nb::handle fps, nb::handle meshes, nb::handle joints) {
    AnyPerformance performance;
    std::optional<std::size_t> frames;
    performance.rate = rate_of(fps);
    performance.meshes = recorded_tracks<MeshTrack>(meshes, "meshes", frames);
    performance.joints = recorded_tracks<JointTrack>(joints, "joints", frames);
    if (!frames) {
        throw_argument_error("a performance needs a mesh or a joint");
    }
    for (const JointTrack& track : performance.joints) {
        if (track.width != quaternion_width) {
            throw_argument_error("joints[" + std::to_string(track.index) +
                                 "]: expected shape (frames, 4)");
        }
    }
    performance.frames = *frames;
    return performance;
}

template <typename PythonTrack>
nb::object view(nb::handle_t<PythonTrack> self) {
    const auto& track = nb::cast<const PythonTrack&>(self);
    return rows_view(track.values, track.frames, track.width, self);
}

}  // namespace

AnyPerformance::AnyPerformance(Performance performance)
    : rate(performance.rate()), frames(performance.frame_count()), driven(performance) {
    auto owner = std::make_shared<const Performance>(std::move(performance));
    meshes = owned_tracks<MeshTrack>(owner->meshes(), owner);
    joints = owned_tracks<JointTrack>(owner->joints(), owner);
}

Performance AnyPerformance::for_character(const Character& character) const {
    if (driven) {
        return *driven;
    }
    for (const MeshTrack& track : meshes) {
        if (track.index >= character.meshes().size()) {
            continue;
        }
        const std::size_t targets = character.targets(track.index).size();
        if (track.width != targets) {
            throw_argument_error("meshes[" + std::to_string(track.index) + "] has " +
                                 std::to_string(track.width) + " weights per frame, but \"" +
                                 character.meshes()[track.index] + "\" has " +
                                 std::to_string(targets) + " targets");
        }
    }
    return Performance::of(character, rate, frames, descriptions(meshes), descriptions(joints));
}

namespace {

void bind_mesh_track(nb::module_& module) {
    if (rebind_if_bound<MeshTrack>(module, "MeshTrack")) {
        return;
    }
    nb::class_<MeshTrack>(module, "MeshTrack", "Weights of a mesh's morph targets over time.")
        .def_ro("mesh", &MeshTrack::index, "Index in Character.meshes.")
        .def_ro("name", &MeshTrack::name, "The mesh's name; empty in a recorded performance.")
        .def_prop_ro("weights", &view<MeshTrack>,
                     nb::for_getter(nb::sig("def weights(self) -> NDArray[numpy.float32]")),
                     "(frames, targets), undriven targets at rest; read-only and not copied.")
        .def_ro("undriven", &MeshTrack::undriven, "Indices of undriven targets, ascending.")
        .def("__repr__", [](const MeshTrack& self) {
            return "metaface.MeshTrack(" + std::to_string(self.index) + ", " + quoted(self.name) +
                   ", " + std::to_string(self.width) + " targets)";
        });
}

void bind_joint_track(nb::module_& module) {
    if (rebind_if_bound<JointTrack>(module, "JointTrack")) {
        return;
    }
    nb::class_<JointTrack>(module, "JointTrack", "Rotations of a joint over time.")
        .def_ro("joint", &JointTrack::index, "Index in Character.joints.")
        .def_ro("name", &JointTrack::name, "The joint's name; empty in a recorded performance.")
        .def_prop_ro("rotations", &view<JointTrack>,
                     nb::for_getter(nb::sig("def rotations(self) -> NDArray[numpy.float32]")),
                     "(frames, 4), local rotations including the rest rotation, as quaternions\n"
                     "x y z w; read-only and not copied.")
        .def("__repr__", [](const JointTrack& self) {
            return "metaface.JointTrack(" + std::to_string(self.index) + ", " + quoted(self.name) +
                   ")";
        });
}

void bind_performance_class(nb::module_& module) {
    if (rebind_if_bound<AnyPerformance>(module, "Performance")) {
        return;
    }
    nb::class_<AnyPerformance>(
        module, "Performance",
        "A clip as one character plays it: from RigMap.drive, or recorded by a host program.\n\n"
        ">>> shapes = numpy.zeros((48, 2), numpy.float32)\n"
        ">>> metaface.Performance(24, {0: shapes}).frame_count\n"
        "48")
        .def(
            "__init__",
            [](AnyPerformance* self, nb::object fps, nb::object meshes, nb::object joints) {
                new (self) AnyPerformance(recording(fps, meshes, joints));
            },
            nb::arg("fps"), nb::arg("meshes"), nb::arg("joints") = nb::dict(),
            nb::sig("def __init__(self, fps: FrameRateLike, meshes: Mapping[int, ArrayLike], "
                    "joints: Mapping[int, ArrayLike] = {}) -> None"),
            "A recorded performance, for RigMap.recover; the arrays are copied.\n\n"
            "meshes: weights (frames, targets) by index in Character.meshes.\n"
            "joints: local rotations (frames, 4) by index in Character.joints, quaternions\n"
            "    x y z w, including the rest rotation.\n"
            "Raises Error (\"argument\") for other shapes and values that are not finite.")
        .def_ro("frame_count", &AnyPerformance::frames, "The number of frames.")
        .def_prop_ro(
            "rate", [](const AnyPerformance& self) { return fraction_of(self.rate); },
            nb::for_getter(nb::sig("def rate(self) -> fractions.Fraction")),
            "Frames per second as an exact fraction.")
        .def_ro("meshes", &AnyPerformance::meshes, "Meshes that have a driven target.")
        .def_ro("joints", &AnyPerformance::joints, "Joints that rotate.")
        .def("__repr__", [](const AnyPerformance& self) {
            return "metaface.Performance(" + std::to_string(self.frames) + " frames, " +
                   std::to_string(self.meshes.size()) + " meshes, " +
                   std::to_string(self.joints.size()) + " joints)";
        });
}

}  // namespace

void bind_performance(nb::module_& module) {
    bind_mesh_track(module);
    bind_joint_track(module);
    bind_performance_class(module);
}

}  // namespace metaface::python
