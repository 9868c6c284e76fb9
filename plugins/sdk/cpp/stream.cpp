#include "metaface/stream.hpp"

#include "handles.hpp"

namespace metaface {

Stream::Stream(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Stream::Stream(Stream&&) noexcept = default;
Stream& Stream::operator=(Stream&&) noexcept = default;
Stream::~Stream() = default;

namespace {

std::vector<float> copied(const rust::Vec<float>& values) {
    return std::vector<float>(values.begin(), values.end());
}

Error moved_from() {
    return Error(ErrorKind::argument, "this stream was moved from; use the new one");
}

}  // namespace

Result<std::vector<float>> Stream::try_push(const float* samples, std::size_t count) {
    if (!impl_) return moved_from();
    return attempt([&] { return copied(bridge::push(*impl_->box, slice(samples, count))); });
}

Result<std::vector<float>> Stream::try_finish() {
    if (!impl_) return moved_from();
    return attempt([&] { return copied(bridge::finish(*impl_->box)); });
}

}  // namespace metaface
