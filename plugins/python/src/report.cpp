#include "bindings.hpp"

#include <map>
#include <sstream>

#include <metaface/rig_map.hpp>
#include <nanobind/stl/map.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

namespace metaface::python {
namespace {

// As people read it: one line for each thing.
std::string text(const Report& report) {
    std::ostringstream lines;
    for (const auto& each : report.driven) {
        lines << each.target << " <-";
        for (const auto& [channel, gain] : each.channels) {
            lines << " " << channel << " x " << gain;
        }
        lines << "\n";
    }
    for (const auto& each : report.driven_joints) {
        lines << each.joint << " (joint) <-";
        for (const auto& channel : each.channels) {
            lines << " " << channel;
        }
        lines << "\n";
    }
    for (const auto& each : report.undriven_targets) {
        lines << each.target << " is not driven: " << each.reason << "\n";
    }
    for (const auto& each : report.undriven_channels) {
        lines << each.channel << " moves nothing: " << each.reason << "\n";
    }
    for (const auto& warning : report.warnings) {
        lines << "warning: " << warning << "\n";
    }
    return lines.str();
}

void bind_driven_target(nb::module_& module) {
    if (is_known<DrivenTarget>(module, "DrivenTarget")) {
        return;
    }
    nb::class_<DrivenTarget>(module, "DrivenTarget", "A shape that is driven.")
        .def_ro("target", &DrivenTarget::target, "The shape's name.")
        .def_ro("meshes", &DrivenTarget::meshes, "Names of the meshes that have it.")
        .def_prop_ro(
            "channels",
            [](const DrivenTarget& self) {
                return std::map<std::string, float>(self.channels.begin(), self.channels.end());
            },
            "The channels that drive it, each with its gain.");
}

void bind_driven_joint(nb::module_& module) {
    if (is_known<DrivenJoint>(module, "DrivenJoint")) {
        return;
    }
    nb::class_<DrivenJoint>(module, "DrivenJoint", "A joint that is turned.")
        .def_ro("joint", &DrivenJoint::joint, "The joint's name.")
        .def_ro("channels", &DrivenJoint::channels, "The channels that turn it.");
}

void bind_undriven_target(nb::module_& module) {
    if (is_known<UndrivenTarget>(module, "UndrivenTarget")) {
        return;
    }
    nb::class_<UndrivenTarget>(module, "UndrivenTarget", "A shape that stays at rest.")
        .def_ro("target", &UndrivenTarget::target, "The shape's name.")
        .def_ro("meshes", &UndrivenTarget::meshes, "Names of the meshes that have it.")
        .def_ro("reason", &UndrivenTarget::reason, "Why, in words.");
}

void bind_undriven_channel(nb::module_& module) {
    if (is_known<UndrivenChannel>(module, "UndrivenChannel")) {
        return;
    }
    nb::class_<UndrivenChannel>(module, "UndrivenChannel", "A channel that moves nothing.")
        .def_ro("channel", &UndrivenChannel::channel, "The channel's name.")
        .def_ro("reason", &UndrivenChannel::reason, "Why, in words.");
}

void bind_whole(nb::module_& module) {
    if (is_known<Report>(module, "Report")) {
        return;
    }
    nb::class_<Report>(module, "Report",
                       "What a rig map does with a character, and what it leaves alone: "
                       "RigMap.report.\n\n"
                       "print() shows it line by line.")
        .def_ro("driven", &Report::driven, "The shapes that are driven.")
        .def_ro("driven_joints", &Report::driven_joints, "The joints that are turned.")
        .def_ro("undriven_targets", &Report::undriven_targets, "The shapes that stay at rest.")
        .def_ro("undriven_channels", &Report::undriven_channels, "The channels that move nothing.")
        .def_ro("warnings", &Report::warnings,
                "What its user should know before anything is written, such as a mouth that\n"
                "nothing opens.")
        .def_prop_ro("usable", &Report::usable, "Whether anything moves at all.")
        .def("__str__", &text);
}

}  // namespace

void bind_report(nb::module_& module) {
    bind_driven_target(module);
    bind_driven_joint(module);
    bind_undriven_target(module);
    bind_undriven_channel(module);
    bind_whole(module);
}

}  // namespace metaface::python
