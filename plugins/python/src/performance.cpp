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

constexpr std::size_t quaternion = 4;

template <typename Kept>
std::vector<Kept> kept_tracks(const std::vector<Track>& tracks,
                              const std::shared_ptr<const Performance>& performance) {
    std::vector<Kept> kept;
    for (const Track& track : tracks) {
        kept.push_back(Kept{{track.index, track.name, performance->frame_count(), track.width,
                             track.values, track.undriven, performance}});
    }
    return kept;
}

template <typename Kept>
std::vector<TrackDescription> descriptions(const std::vector<Kept>& tracks) {
    std::vector<TrackDescription> described;
    for (const Kept& track : tracks) {
        described.push_back({track.index, track.values});
    }
    return described;
}

std::size_t index_of(nb::handle key, const char* what) {
    std::size_t index = 0;
    if (!nb::try_cast(key, index)) {
        throw nb::type_error((std::string(what) + ": arrays by index").c_str());
    }
    return index;
}

// Copied, so that a recording never changes under the threads that use it.
template <typename Kept>
Kept recorded(std::size_t index, nb::handle values, const std::string& what) {
    const Floats floats = floats_of(values, what.c_str());
    if (floats.ndim() != 2) {
        refuse(what + ": shape (frames, values) is needed");
    }
    if (!std::all_of(floats.data(), floats.data() + floats.size(),
                     [](float value) { return std::isfinite(value); })) {
        refuse(what + ": a value is not a finite number");
    }
    auto copy = std::make_shared<const std::vector<float>>(floats.data(),
                                                           floats.data() + floats.size());
    return Kept{{index, {}, floats.shape(0), floats.shape(1), copy->data(), {}, copy}};
}

template <typename Kept>
std::vector<Kept> all_recorded(nb::handle arrays, const char* what,
                               std::optional<std::size_t>& frames) {
    std::vector<Kept> tracks;
    if (!nb::hasattr(arrays, "items")) {
        throw nb::type_error((std::string(what) + ": a mapping, arrays by index").c_str());
    }
    for (nb::handle item : arrays.attr("items")()) {
        nb::tuple pair(item);
        const std::size_t index = index_of(pair[0], what);
        const std::string where = std::string(what) + "[" + std::to_string(index) + "]";
        tracks.push_back(recorded<Kept>(index, pair[1], where));
        const std::size_t here = tracks.back().frames;
        if (frames.value_or(here) != here) {
            refuse(where + ": " + std::to_string(here) + " frames, the others have " +
                   std::to_string(*frames));
        }
        frames = here;
    }
    std::sort(tracks.begin(), tracks.end(),
              [](const Kept& a, const Kept& b) { return a.index < b.index; });
    return tracks;
}

AnyPerformance recording(nb::handle fps, nb::handle meshes, nb::handle joints) {
    AnyPerformance performance;
    std::optional<std::size_t> frames;
    performance.rate = rate_of(fps);
    performance.meshes = all_recorded<MeshTrack>(meshes, "meshes", frames);
    performance.joints = all_recorded<JointTrack>(joints, "joints", frames);
    if (!frames) {
        refuse("a performance needs a mesh or a joint");
    }
    for (const JointTrack& track : performance.joints) {
        if (track.width != quaternion) {
            refuse("joints[" + std::to_string(track.index) + "]: shape (frames, 4) is needed");
        }
    }
    performance.frames = *frames;
    return performance;
}

template <typename Kept>
nb::object view(nb::handle_t<Kept> self) {
    const auto& track = nb::cast<const Kept&>(self);
    return rows_view(track.values, track.frames, track.width, self);
}

}  // namespace

AnyPerformance::AnyPerformance(Performance performance)
    : rate(performance.rate()), frames(performance.frame_count()), driven(performance) {
    auto kept = std::make_shared<const Performance>(std::move(performance));
    meshes = kept_tracks<MeshTrack>(kept->meshes(), kept);
    joints = kept_tracks<JointTrack>(kept->joints(), kept);
}

Performance AnyPerformance::of(const Character& character) const {
    if (driven) {
        return *driven;
    }
    for (const MeshTrack& track : meshes) {
        if (track.index < character.meshes().size() &&
            track.width != character.targets(track.index).size()) {
            refuse("meshes[" + std::to_string(track.index) + "]: " + std::to_string(track.width) +
                   " weights a frame, but \"" + character.meshes()[track.index] + "\" has " +
                   std::to_string(character.targets(track.index).size()) + " targets");
        }
    }
    return Performance::of(character, rate, frames, descriptions(meshes), descriptions(joints));
}

namespace {

void bind_mesh_track(nb::module_& module) {
    if (is_known<MeshTrack>(module, "MeshTrack")) {
        return;
    }
    nb::class_<MeshTrack>(module, "MeshTrack", "What the targets of a mesh do.")
        .def_ro("mesh", &MeshTrack::index, "Index in Character.meshes.")
        .def_ro("name", &MeshTrack::name, "The mesh's name; empty in a recording.")
        .def_prop_ro("weights", &view<MeshTrack>,
                     nb::for_getter(nb::sig("def weights(self) -> NDArray[numpy.float32]")),
                     "(frames, targets), undriven ones at rest, read-only and not copied.")
        .def_ro("undriven", &MeshTrack::undriven, "The targets that nothing drives, ascending.")
        .def("__repr__", [](const MeshTrack& self) {
            return "metaface.MeshTrack(" + std::to_string(self.index) + ", " + quoted(self.name) +
                   ", " + std::to_string(self.width) + " targets)";
        });
}

void bind_joint_track(nb::module_& module) {
    if (is_known<JointTrack>(module, "JointTrack")) {
        return;
    }
    nb::class_<JointTrack>(module, "JointTrack", "How a joint turns.")
        .def_ro("joint", &JointTrack::index, "Index in Character.joints.")
        .def_ro("name", &JointTrack::name, "The joint's name; empty in a recording.")
        .def_prop_ro("rotations", &view<JointTrack>,
                     nb::for_getter(nb::sig("def rotations(self) -> NDArray[numpy.float32]")),
                     "(frames, 4), the whole local rotation, rest included, as quaternions\n"
                     "x y z w, read-only and not copied.")
        .def("__repr__", [](const JointTrack& self) {
            return "metaface.JointTrack(" + std::to_string(self.index) + ", " + quoted(self.name) +
                   ")";
        });
}

void bind_whole(nb::module_& module) {
    if (is_known<AnyPerformance>(module, "Performance")) {
        return;
    }
    nb::class_<AnyPerformance>(
        module, "Performance",
        "What a character's own shapes and joints do: RigMap.drive, or a recording.\n\n"
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
            "From what a character did, for RigMap.recover; the arrays are copied.\n\n"
            "meshes: by index in Character.meshes, (frames, targets) each.\n"
            "joints: by index in Character.joints, (frames, 4) each: whole local rotations,\n"
            "    quaternions x y z w.\n"
            "Raises Error (\"argument\") for other shapes and values that are not finite.")
        .def_ro("frame_count", &AnyPerformance::frames, "Frames.")
        .def_prop_ro(
            "rate", [](const AnyPerformance& self) { return fraction_of(self.rate); },
            nb::for_getter(nb::sig("def rate(self) -> fractions.Fraction")),
            "Frames per second, exactly.")
        .def_ro("meshes", &AnyPerformance::meshes, "The meshes that have a driven target.")
        .def_ro("joints", &AnyPerformance::joints, "The joints that are turned.")
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
    bind_whole(module);
}

}  // namespace metaface::python
