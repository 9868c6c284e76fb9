#include "metaface/rig_map.hpp"

#include "handles.hpp"

namespace metaface {

RigMap::RigMap(std::shared_ptr<const Impl> impl) noexcept : impl_(std::move(impl)) {}

Result<RigMap> RigMap::try_discover(const Character& character) {
    return attempt(
        [&] { return handle<RigMap>(bridge::discover(*Access::of(character).box)); });
}

Result<RigMap> RigMap::try_metahuman() {
    return attempt([&] { return handle<RigMap>(bridge::metahuman()); });
}

Result<RigMap> RigMap::try_open(const std::filesystem::path& path) {
    return attempt([&] { return handle<RigMap>(bridge::open_rig_map(PathBytes(path))); });
}

Result<RigMap> RigMap::try_from_json(const std::string& json) {
    return attempt([&] { return handle<RigMap>(bridge::rig_map_from_json(to_str(json))); });
}

Result<std::filesystem::path> RigMap::try_save(const std::filesystem::path& path) const {
    return attempt([&] {
        bridge::save_rig_map(*impl_->box, PathBytes(path));
        return path;
    });
}

std::string RigMap::to_json() const { return std::string(bridge::rig_map_json(*impl_->box)); }

std::vector<std::string> RigMap::meshes() const {
    return to_strings(bridge::rig_map_meshes(*impl_->box));
}

Result<Report> RigMap::try_report(const Character& character) const {
    return attempt([&] {
        const bridge::Report received =
            bridge::report(*impl_->box, *Access::of(character).box);
        Report report;
        for (const bridge::ReportLine& line : received.driven) {
            DrivenTarget driven{std::string(line.name), to_strings(line.meshes), {}};
            for (std::size_t i = 0; i < line.channels.size(); ++i) {
                driven.channels.emplace_back(std::string(line.channels[i]), line.gains[i]);
            }
            report.driven.push_back(std::move(driven));
        }
        for (const bridge::ReportLine& line : received.driven_joints) {
            report.driven_joints.push_back({std::string(line.name), to_strings(line.channels)});
        }
        for (const bridge::ReportLine& line : received.undriven_targets) {
            report.undriven_targets.push_back(
                {std::string(line.name), to_strings(line.meshes), std::string(line.reason)});
        }
        for (const bridge::ReportLine& line : received.undriven_channels) {
            report.undriven_channels.push_back({std::string(line.name), std::string(line.reason)});
        }
        report.warnings = to_strings(received.warnings);
        return report;
    });
}

Result<std::vector<Curve>> RigMap::try_curves(const Clip& clip) const {
    return attempt([&] {
        std::vector<Curve> curves;
        for (const bridge::Curve& curve : bridge::curves(*impl_->box, *Access::of(clip).box)) {
            curves.push_back({std::string(curve.name), {curve.values.begin(), curve.values.end()}});
        }
        return curves;
    });
}

Result<Performance> RigMap::try_drive(const Character& character, const Clip& clip) const {
    return attempt([&] {
        return handle<Performance>(bridge::drive(*impl_->box, *Access::of(character).box,
                                                 *Access::of(clip).box));
    });
}

Result<Clip> RigMap::try_recover(const Character& character,
                                 const Performance& performance) const {
    return attempt([&] {
        return handle<Clip>(bridge::recover(*impl_->box, *Access::of(character).box,
                                            *Access::of(performance).box));
    });
}

}  // namespace metaface
