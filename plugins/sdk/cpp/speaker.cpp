#include "metaface/speaker.hpp"

#include "handles.hpp"

namespace metaface {

Speaker::Impl::Impl(rust::Box<bridge::Speaker> speaker) : box(std::move(speaker)) {
    const bridge::SpeakerInfo info = bridge::speaker_info(*box);
    name = std::string(info.name);
    base_model = std::string(info.base_model);
    learning = std::string(info.learning);
    consent = std::string(info.consent);
    licence = std::string(info.licence);
    about = std::string(info.about);
}

Speaker::Speaker(std::shared_ptr<const Impl> impl) noexcept : impl_(std::move(impl)) {}

Result<Speaker> Speaker::try_open(const std::filesystem::path& path) {
    return attempt([&] { return handle<Speaker>(bridge::open_speaker(PathBytes(path))); });
}

Result<Speaker> Speaker::try_from_bytes(const std::uint8_t* bytes, std::size_t count) {
    return attempt([&] { return handle<Speaker>(bridge::speaker_of(slice(bytes, count))); });
}

Result<Speaker> Speaker::try_blend(const Speaker& a, const Speaker& b, float share,
                                   const std::string& name) {
    return attempt([&] {
        return handle<Speaker>(bridge::blend(*a.impl_->box, *b.impl_->box, share, to_str(name)));
    });
}

Result<std::size_t> Speaker::try_save(const std::filesystem::path& path) const {
    return attempt([&] { return bridge::save_speaker(*impl_->box, PathBytes(path)); });
}

Result<std::vector<std::uint8_t>> Speaker::try_to_bytes() const {
    return attempt([&] {
        const auto bytes = bridge::speaker_bytes(*impl_->box);
        return std::vector<std::uint8_t>(bytes.begin(), bytes.end());
    });
}

const std::string& Speaker::name() const noexcept { return impl_->name; }
const std::string& Speaker::base_model() const noexcept { return impl_->base_model; }
const std::string& Speaker::learning() const noexcept { return impl_->learning; }
const std::string& Speaker::consent() const noexcept { return impl_->consent; }
const std::string& Speaker::licence() const noexcept { return impl_->licence; }
const std::string& Speaker::about_json() const noexcept { return impl_->about; }

}  // namespace metaface
