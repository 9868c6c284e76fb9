#include "metaface/clip.hpp"

#include <cstdint>

#include "handles.hpp"

namespace metaface {

Clip::Impl::Impl(rust::Box<bridge::Clip> clip)
    : box(std::move(clip)),
      values(bridge::clip_values(*box)),
      warnings(to_strings(bridge::clip_warnings(*box))) {
    const bridge::ClipInfo received = bridge::clip_info(*box);
    info.rate = from_bridge(received.rate);
    info.name = std::string(received.name);
    info.start_frame = received.start_frame;
    for (const bridge::Entry& entry : received.metadata) {
        info.metadata.emplace(std::string(entry.key), std::string(entry.value));
    }
}

Clip::Clip(std::shared_ptr<const Impl> impl) noexcept : impl_(std::move(impl)) {}

Result<Clip> Clip::try_open(const std::filesystem::path& path, const ReadOptions& options) {
    return attempt([&] {
        const FrameRate rate = options.rate.value_or(FrameRate{});
        return handle<Clip>(bridge::open_clip(PathBytes(path), PathBytes(options.rig_map),
                                              to_str(options.animation), options.rate.has_value(),
                                              to_bridge(rate)));
    });
}

namespace {

bridge::ClipInfo to_bridge(const ClipInfo& info) {
    bridge::ClipInfo converted{metaface::to_bridge(info.rate), info.name, info.start_frame, {}};
    for (const auto& [key, value] : info.metadata) converted.metadata.push_back({key, value});
    return converted;
}

}  // namespace

Result<Clip> Clip::try_from_values(const float* values, std::size_t frames, const ClipInfo& info) {
    if (frames > SIZE_MAX / channel_count / sizeof(float)) {
        return Error(ErrorKind::argument, "too many frames to fit into memory");
    }
    return attempt([&] {
        return handle<Clip>(
            bridge::clip_of(slice(values, frames * channel_count), to_bridge(info)));
    });
}

Result<Clip> Clip::try_with_info(const ClipInfo& info) const {
    return attempt([&] { return handle<Clip>(bridge::with_info(*impl_->box, to_bridge(info))); });
}

Result<Saved> Clip::try_save(const std::filesystem::path& path, const SaveOptions& options) const {
    return attempt([&] {
        auto save_options =
            bridge::save_options(to_str(options.format), options.reduce.has_value(),
                                 options.reduce.value_or(0.0f), options.quantise);
        if (options.character) save_options->set_character(*Access::of(*options.character).box);
        if (options.rig_map) save_options->set_rig_map(*Access::of(*options.rig_map).box);
        const bridge::Saved written =
            bridge::save_clip(*impl_->box, PathBytes(path), *save_options);
        Saved saved{{}, to_strings(written.warnings)};
        for (const bridge::Bytes& file : written.files) {
            const std::string bytes(file.bytes.begin(), file.bytes.end());
#ifdef _WIN32
            saved.files.push_back(std::filesystem::u8path(bytes));
#else
            saved.files.emplace_back(bytes);
#endif
        }
        return saved;
    });
}

Result<Clip> Clip::try_resampled(FrameRate rate) const {
    return attempt([&] { return handle<Clip>(bridge::resampled(*impl_->box, to_bridge(rate))); });
}

const float* Clip::values() const noexcept { return impl_->values.data(); }
std::size_t Clip::frame_count() const noexcept { return impl_->values.size() / channel_count; }

float Clip::at(std::size_t frame, Channel channel) const noexcept {
    return values()[frame * channel_count + static_cast<std::size_t>(channel)];
}

const ClipInfo& Clip::info() const noexcept { return impl_->info; }
double Clip::duration() const noexcept { return double(frame_count()) / rate().as_double(); }
const std::vector<std::string>& Clip::warnings() const noexcept { return impl_->warnings; }

}  // namespace metaface
