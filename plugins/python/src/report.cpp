#include "bindings.hpp"

#include <map>
#include <sstream>

#include <metaface/rig_map.hpp>
#include <nanobind/stl/map.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

namespace metaface::python {
namespace {

// A readable text with one line per entry.
std::string to_text(const Report& report) {
    std::ostringstream lines;
    for (const auto& target : report.driven) {
        lines << target.target << " <-";
        for (const auto& [channel, gain] : target.channels) {
            lines << " " << channel << " x " << gain;
        }
        lines << "\n";
    }
    for (const auto& joint : report.driven_joints) {
        lines << joint.joint << " (joint) <-";
        for (const auto& channel : joint.channels) {
            lines << " " << channel;
        }
        lines << "\n";
    }
    for (const auto& target : report.undriven_targets) {
        lines << target.target << " is not driven: " << target.reason << "\n";
    }
    for (const auto& channel : report.undriven_channels) {
        lines << channel.channel << " moves nothing: " << channel.reason << "\n";
    }
    for (const auto& warning : report.warnings) {
        lines << "warning: " << warning << "\n";
    }
    return lines.str();
}

void bind_driven_target(nb::module_& module) {
    if (rebind_if_bound<DrivenTarget>(module, "DrivenTarget")) {
        return;
    }
    nb::class_<DrivenTarget>(module, "DrivenTarget", "A driven morph target.")
        .def_ro("target", &DrivenTarget::target, "The target's name.")
        .def_ro("meshes", &DrivenTarget::meshes, "Names of the meshes that have it.")
        .def_prop_ro(
            "channels",
            [](const DrivenTarget& self) {
                return std::map<std::string, float>(self.channels.begin(), self.channels.end());
            },
            "The channels that drive it, each with its gain.");
}

void bind_driven_joint(nb::module_& module) {
    if (rebind_if_bound<DrivenJoint>(module, "DrivenJoint")) {
        return;
    }
    nb::class_<DrivenJoint>(module, "DrivenJoint", "A driven joint.")
        .def_ro("joint", &DrivenJoint::joint, "The joint's name.")
        .def_ro("channels", &DrivenJoint::channels, "The channels that rotate it.");
}

void bind_undriven_target(nb::module_& module) {
    if (rebind_if_bound<UndrivenTarget>(module, "UndrivenTarget")) {
        return;
    }
    nb::class_<UndrivenTarget>(module, "UndrivenTarget", "A morph target that stays at rest.")
        .def_ro("target", &UndrivenTarget::target, "The target's name.")
        .def_ro("meshes", &UndrivenTarget::meshes, "Names of the meshes that have it.")
        .def_ro("reason", &UndrivenTarget::reason, "The reason as text.");
}

void bind_undriven_channel(nb::module_& module) {
    if (rebind_if_bound<UndrivenChannel>(module, "UndrivenChannel")) {
        return;
    }
    nb::class_<UndrivenChannel>(module, "UndrivenChannel",
                                "A channel that drives no target or joint.")
        .def_ro("channel", &UndrivenChannel::channel, "The channel's name.")
        .def_ro("reason", &UndrivenChannel::reason, "The reason as text.");
}

void bind_report_class(nb::module_& module) {
    if (rebind_if_bound<Report>(module, "Report")) {
        return;
    }
    nb::class_<Report>(module, "Report",
                       "What a rig map drives on a character and what it does not: "
                       "RigMap.report.\n\n"
                       "print() shows one line per entry.")
        .def_ro("driven", &Report::driven, "The driven morph targets.")
        .def_ro("driven_joints", &Report::driven_joints, "The driven joints.")
        .def_ro("undriven_targets", &Report::undriven_targets,
                "The morph targets that stay at rest.")
        .def_ro("undriven_channels", &Report::undriven_channels,
                "The channels that drive no target or joint.")
        .def_ro("warnings", &Report::warnings,
                "Warnings to read before writing, such as a mouth that no channel opens.")
        .def_prop_ro("usable", &Report::usable, "Whether at least one target or joint is driven.")
        .def("__str__", &to_text);
}

}  // namespace

void bind_report(nb::module_& module) {
    bind_driven_target(module);
    bind_driven_joint(module);
    bind_undriven_target(module);
    bind_undriven_channel(module);
    bind_report_class(module);
}

}  // namespace metaface::python
