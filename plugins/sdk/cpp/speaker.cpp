#include "metaface/speaker.hpp"

#include "handles.hpp"

namespace metaface {

Speaker::Speaker(std::shared_ptr<const Impl> impl) noexcept : impl_(std::move(impl)) {}

Result<Speaker> Speaker::try_open(const std::filesystem::path& path) {
    return attempt([&] { return handle<Speaker>(bridge::open_speaker(PathBytes(path))); });
}

Result<Speaker> Speaker::try_blend(const Speaker& a, const Speaker& b, float share,
                                   const std::string& name) {
    return attempt([&] {
        return handle<Speaker>(bridge::blend(*a.impl_->box, *b.impl_->box, share, text(name)));
    });
}

Result<std::size_t> Speaker::try_save(const std::filesystem::path& path) const {
    return attempt([&] { return bridge::save_speaker(*impl_->box, PathBytes(path)); });
}

const std::string& Speaker::name() const noexcept { return impl_->name; }
const std::string& Speaker::base_model() const noexcept { return impl_->base_model; }
const std::string& Speaker::about_json() const noexcept { return impl_->about; }

}  // namespace metaface
