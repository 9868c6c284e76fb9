#include "metaface/clip.hpp"

#include <cstdint>

#include "handles.hpp"

namespace metaface {

Clip::Impl::Impl(rust::Box<bridge::Clip> clip)
    : box(std::move(clip)),
      values(bridge::clip_values(*box)),
      warnings(texts(bridge::clip_warnings(*box))) {
    const bridge::ClipHead head = bridge::clip_head(*box);
    info.rate = from_bridge(head.rate);
    info.name = std::string(head.name);
    info.start_frame = head.start_frame;
    for (const bridge::Entry& entry : head.metadata) {
        info.metadata.emplace(std::string(entry.key), std::string(entry.value));
    }
}

Clip::Clip(std::shared_ptr<const Impl> impl) noexcept : impl_(std::move(impl)) {}

Result<Clip> Clip::try_open(const std::filesystem::path& path, const ReadOptions& options) {
    return attempt([&] {
        const FrameRate rate = options.rate.value_or(FrameRate{});
        return handle<Clip>(bridge::open_clip(PathBytes(path), PathBytes(options.rig_map),
                                              text(options.animation), options.rate.has_value(),
                                              bridged(rate)));
    });
}

namespace {

bridge::ClipHead bridged(const ClipInfo& info) {
    bridge::ClipHead head{bridged(info.rate), info.name, info.start_frame, {}};
    for (const auto& [key, value] : info.metadata) head.metadata.push_back({key, value});
    return head;
}

}  // namespace

Result<Clip> Clip::try_from_values(const float* values, std::size_t frames, const ClipInfo& info) {
    if (frames > SIZE_MAX / channel_count / sizeof(float)) {
        return Error(ErrorKind::argument, "so many frames fit no memory");
    }
    return attempt([&] {
        return handle<Clip>(bridge::clip_of(slice(values, frames * channel_count), bridged(info)));
    });
}

Result<Clip> Clip::try_with_info(const ClipInfo& info) const {
    return attempt([&] { return handle<Clip>(bridge::with_head(*impl_->box, bridged(info))); });
}

Result<Saved> Clip::try_save(const std::filesystem::path& path, const SaveOptions& options) const {
    return attempt([&] {
        auto saving = bridge::saving(text(options.format), options.reduce.has_value(),
                                     options.reduce.value_or(0.0f), options.quantise);
        if (options.character) saving->character(*Access::of(*options.character).box);
        if (options.rig_map) saving->rig_map(*Access::of(*options.rig_map).box);
        const bridge::Written written = bridge::save_clip(*impl_->box, PathBytes(path), *saving);
        Saved saved{{}, texts(written.warnings)};
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
    return attempt([&] { return handle<Clip>(bridge::resampled(*impl_->box, bridged(rate))); });
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
