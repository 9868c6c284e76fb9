#include "metaface/animator.hpp"

#include "handles.hpp"

namespace metaface {

namespace {

bridge::Choices bridged(const Options& options) {
    return {bridged(options.rate),
            options.seed,
            options.strength,
            options.liveliness,
            options.gains,
            options.smoothing.has_value(),
            options.smoothing.value_or(0.0),
            options.head,
            options.eyes,
            options.name};
}

rust::Box<bridge::Takes> bridged(const std::vector<Take>& takes) {
    auto list = bridge::takes();
    for (const Take& take : takes) {
        if (const auto* file = std::get_if<std::filesystem::path>(&take.sound)) {
            list->hear_file(PathBytes(*file));
        } else {
            list->hear(*Access::of(std::get<Sound>(take.sound)).box);
        }
        if (const auto* file = std::get_if<std::filesystem::path>(&take.curves)) {
            list->see_file(PathBytes(*file));
        } else {
            list->see(*Access::of(std::get<Clip>(take.curves)).box);
        }
    }
    return list;
}

}  // namespace

Animator::Animator(std::shared_ptr<const Impl> impl) noexcept : impl_(std::move(impl)) {}

Result<Animator> Animator::try_open(Device device, const std::filesystem::path& base_model) {
    return attempt([&] {
        return handle<Animator>(
            bridge::open_animator(static_cast<std::uint8_t>(device), PathBytes(base_model)));
    });
}

Result<Animator> Animator::try_speaking_as(const Speaker& speaker, float strength) const {
    return attempt([&] {
        return handle<Animator>(
            bridge::speaking_as(*impl_->box, *Access::of(speaker).box, strength));
    });
}

Result<Clip> Animator::try_animate(const std::filesystem::path& sound, const Options& options,
                                   const Progress& progress) const {
    const bridge::Watcher watcher(progress);
    return attempt_watched(watcher, [&] {
        return handle<Clip>(
            bridge::animate_file(*impl_->box, PathBytes(sound), bridged(options), watcher));
    });
}

Result<Clip> Animator::try_animate(const Sound& sound, const Options& options,
                                   const Progress& progress) const {
    const bridge::Watcher watcher(progress);
    return attempt_watched(watcher, [&] {
        return handle<Clip>(
            bridge::animate(*impl_->box, *Access::of(sound).box, bridged(options), watcher));
    });
}

Result<Stream> Animator::try_stream(const Options& options) const {
    return attempt([&] {
        return Access::make_unique<Stream>(bridge::stream(*impl_->box, bridged(options)));
    });
}

Result<Speaker> Animator::try_learn(const std::vector<Take>& takes, const LearnOptions& options,
                                    const Progress& progress) const {
    const bridge::Watcher watcher(progress);
    return attempt_watched(watcher, [&] {
        const bridge::Lesson lesson{options.name, options.instant, options.consent,
                                    options.licence};
        return handle<Speaker>(
            bridge::learn(*impl_->box, *bridged(takes), lesson, watcher));
    });
}

Device Animator::device() const noexcept {
    return bridge::is_cuda(*impl_->box) ? Device::cuda : Device::cpu;
}

const std::string& Animator::base_model() const noexcept { return impl_->base_model; }

}  // namespace metaface
