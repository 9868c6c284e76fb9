#include "metaface/animator.hpp"

#include "handles.hpp"

namespace metaface {

namespace {

bridge::Options to_bridge(const Options& options) {
    bridge::Options converted{options.name, {}};
    for (const auto& [name, value] : options.values()) converted.values.push_back({name, value});
    return converted;
}

rust::Box<bridge::Takes> to_bridge(const std::vector<Take>& takes) {
    auto list = bridge::takes();
    for (const Take& take : takes) {
        if (const auto* file = std::get_if<std::filesystem::path>(&take.sound)) {
            list->add_sound_file(PathBytes(*file));
        } else {
            list->add_sound(*Access::of(std::get<Sound>(take.sound)).box);
        }
        if (const auto* file = std::get_if<std::filesystem::path>(&take.curves)) {
            list->add_curves_file(PathBytes(*file));
        } else {
            list->add_curves(*Access::of(std::get<Clip>(take.curves)).box);
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

Result<Animator> Animator::try_with_speaker(const Speaker& speaker, float style_strength) const {
    return attempt([&] {
        return handle<Animator>(
            bridge::with_speaker(*impl_->box, *Access::of(speaker).box, style_strength));
    });
}

Result<Clip> Animator::try_animate(const std::filesystem::path& sound, const Options& options,
                                   const Progress& progress) const {
    const bridge::ProgressCallback callback(progress);
    return attempt_with_progress(callback, [&] {
        return handle<Clip>(
            bridge::animate_file(*impl_->box, PathBytes(sound), to_bridge(options), callback));
    });
}

Result<Clip> Animator::try_animate(const Sound& sound, const Options& options,
                                   const Progress& progress) const {
    const bridge::ProgressCallback callback(progress);
    return attempt_with_progress(callback, [&] {
        return handle<Clip>(
            bridge::animate(*impl_->box, *Access::of(sound).box, to_bridge(options), callback));
    });
}

Result<Stream> Animator::try_stream(const Options& options) const {
    return attempt([&] {
        return Access::make_unique<Stream>(bridge::stream(*impl_->box, to_bridge(options)));
    });
}

Result<Live> Animator::try_live(const Options& options) const {
    return attempt([&] {
        return Access::make_unique<Live>(bridge::live(*impl_->box, to_bridge(options)));
    });
}

Result<Speaker> Animator::try_learn(const std::vector<Take>& takes, const LearnOptions& options,
                                    const Progress& progress) const {
    const bridge::ProgressCallback callback(progress);
    return attempt_with_progress(callback, [&] {
        const bridge::LearnOptions learn_options{options.name, options.instant, options.consent,
                                                 options.licence};
        return handle<Speaker>(
            bridge::learn(*impl_->box, *to_bridge(takes), learn_options, callback));
    });
}

Device Animator::device() const noexcept {
    return bridge::is_cuda(*impl_->box) ? Device::cuda : Device::cpu;
}

const std::string& Animator::base_model() const noexcept { return impl_->base_model; }

}  // namespace metaface
