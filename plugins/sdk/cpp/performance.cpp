#include "metaface/performance.hpp"

#include "handles.hpp"

namespace metaface {

namespace {

constexpr std::size_t quaternion_width = 4;

}  // namespace

Performance::Impl::Impl(rust::Box<bridge::Performance> performance) : box(std::move(performance)) {
    const auto counts = bridge::track_counts(*box);
    for (std::size_t track = 0; track < counts[0] + counts[1]; ++track) {
        const bridge::TrackInfo info = bridge::track_info(*box, track);
        const std::vector<std::size_t> undriven(info.undriven.begin(), info.undriven.end());
        auto& tracks = track < counts[0] ? meshes : joints;
        tracks.push_back({info.index, std::string(info.name),
                          bridge::track_values(*box, track).data(), info.width, undriven});
    }
}

Performance::Performance(std::shared_ptr<const Impl> impl) noexcept : impl_(std::move(impl)) {}

Result<Performance> Performance::try_of(const Character& character, FrameRate rate,
                                        std::size_t frames,
                                        const std::vector<TrackDescription>& meshes,
                                        const std::vector<TrackDescription>& joints) {
    return attempt([&] {
        const bridge::Character& bridge_character = *Access::of(character).box;
        auto performance = bridge::performance(bridge_character, to_bridge(rate), frames);
        for (const TrackDescription& track : meshes) {
            // For an index beyond the last mesh, the Rust side returns the error.
            const bool known = track.index < character.meshes().size();
            const std::size_t width = known ? character.targets(track.index).size() : 0;
            performance->add_mesh(bridge_character, track.index,
                                  slice(track.values, frames * width));
        }
        for (const TrackDescription& track : joints) {
            performance->add_joint(bridge_character, track.index,
                                   slice(track.values, frames * quaternion_width));
        }
        return handle<Performance>(std::move(performance));
    });
}

std::size_t Performance::frame_count() const noexcept {
    return bridge::performance_frames(*impl_->box);
}

FrameRate Performance::rate() const noexcept {
    return from_bridge(bridge::performance_rate(*impl_->box));
}

const std::vector<Track>& Performance::meshes() const noexcept { return impl_->meshes; }
const std::vector<Track>& Performance::joints() const noexcept { return impl_->joints; }

}  // namespace metaface
