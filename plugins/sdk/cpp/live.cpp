#include "metaface/live.hpp"

#include "handles.hpp"

namespace metaface {

Live::Live(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Live::Live(Live&&) noexcept = default;
Live& Live::operator=(Live&&) noexcept = default;
Live::~Live() = default;

bool Live::push(const float* samples, std::size_t frames, std::uint32_t rate,
                std::uint16_t channels) noexcept {
    if (!impl_ || !samples) return false;
    return bridge::push_sound(*impl_->box, slice(samples, frames * channels), rate, channels);
}

void Live::close() noexcept {
    if (impl_) bridge::close_sound(*impl_->box);
}

double Live::now() const noexcept { return impl_ ? bridge::live_now(*impl_->box) : 0.0; }

Result<LiveFace> Live::try_face_at(double seconds) const {
    if (!impl_) {
        return Error(ErrorKind::argument, "this live face was moved from; use the new one");
    }
    return attempt([&] {
        const bridge::LiveFace received = bridge::face_at(*impl_->box, seconds);
        LiveFace face{received.values, static_cast<LiveState>(received.state), {}};
        if (received.has_latency) face.latency = received.latency;
        return face;
    });
}

double Live::lost_seconds() const noexcept {
    return impl_ ? bridge::lost_seconds(*impl_->box) : 0.0;
}

void PlaybackClock::advance(double seconds) noexcept {
    position_ = bridge::advanced(position_, seconds);
}

void PlaybackClock::synchronise(double reported) noexcept {
    position_ = bridge::synchronised(position_, reported);
}

}  // namespace metaface
