#include "metaface/sound.hpp"

#include "handles.hpp"

namespace metaface {

Sound::Sound(std::shared_ptr<const Impl> impl) noexcept : impl_(std::move(impl)) {}

Result<Sound> Sound::try_open(const std::filesystem::path& path) {
    return attempt([&] { return handle<Sound>(bridge::open_sound(PathBytes(path))); });
}

Result<Sound> Sound::try_from_samples(const float* samples, std::size_t count, std::uint32_t rate,
                                      std::uint16_t channels) {
    return attempt([&] {
        return handle<Sound>(bridge::sound_of(slice(samples, count), rate, channels));
    });
}

Result<Sound> Sound::try_from_pcm16(const void* bytes, std::size_t count, std::uint32_t rate,
                                    std::uint16_t channels) {
    return attempt([&] {
        const auto* values = static_cast<const std::uint8_t*>(bytes);
        return handle<Sound>(bridge::sound_of_pcm16(slice(values, count), rate, channels));
    });
}

const float* Sound::samples() const noexcept { return impl_->samples.data(); }
std::size_t Sound::size() const noexcept { return impl_->samples.size(); }
double Sound::duration() const noexcept { return double(size()) / double(rate); }
const std::vector<std::string>& Sound::warnings() const noexcept { return impl_->warnings; }

}  // namespace metaface
