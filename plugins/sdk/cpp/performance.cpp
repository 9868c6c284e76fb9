#include "metaface/performance.hpp"

#include "handles.hpp"

namespace metaface {

Performance::Impl::Impl(rust::Box<bridge::Performance> performance) : box(std::move(performance)) {
    const auto counts = bridge::track_counts(*box);
    for (std::size_t track = 0; track < counts[0] + counts[1]; ++track) {
        const bridge::TrackHead head = bridge::track_head(*box, track);
        const std::vector<std::size_t> undriven(head.undriven.begin(), head.undriven.end());
        auto& tracks = track < counts[0] ? meshes : joints;
        tracks.push_back({head.index, std::string(head.name),
                          bridge::track_values(*box, track).data(), head.width, undriven});
    }
}

Performance::Performance(std::shared_ptr<const Impl> impl) noexcept : impl_(std::move(impl)) {}

Result<Performance> Performance::try_of(const Character& character, FrameRate rate,
                                        std::size_t frames,
                                        const std::vector<TrackDescription>& meshes,
                                        const std::vector<TrackDescription>& joints) {
    return attempt([&] {
        const bridge::Character& whole = *Access::of(character).box;
        auto performance = bridge::performance(whole, bridged(rate), frames);
        for (const TrackDescription& track : meshes) {
            // Beyond the last mesh, the other shore says what is wrong.
            const bool known = track.index < character.meshes().size();
            const std::size_t width = known ? character.targets(track.index).size() : 0;
            performance->mesh(whole, track.index, slice(track.values, frames * width));
        }
        for (const TrackDescription& track : joints) {
            performance->joint(whole, track.index, slice(track.values, frames * 4));
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
