// The implementation of the API's handles: a box of the Rust side and copies of its fixed values.
#pragma once

#include <string>
#include <vector>

#include "bridge_support.hpp"
#include "metaface/metaface.hpp"

namespace metaface {

struct Animator::Impl {
    explicit Impl(rust::Box<bridge::Animator> box)
        : box(std::move(box)), base_model(bridge::base_model(*this->box)) {}

    rust::Box<bridge::Animator> box;
    std::string base_model;
};

struct Sound::Impl {
    explicit Impl(rust::Box<bridge::Sound> box)
        : box(std::move(box)),
          samples(bridge::sound_samples(*this->box)),
          warnings(to_strings(bridge::sound_warnings(*this->box))) {}

    rust::Box<bridge::Sound> box;
    rust::Slice<const float> samples;
    std::vector<std::string> warnings;
};

struct Clip::Impl {
    explicit Impl(rust::Box<bridge::Clip> box);

    rust::Box<bridge::Clip> box;
    rust::Slice<const float> values;
    ClipInfo info;
    std::vector<std::string> warnings;
};

struct Character::Impl {
    explicit Impl(rust::Box<bridge::Character> box);

    rust::Box<bridge::Character> box;
    std::string name;
    std::vector<std::string> meshes;
    std::vector<std::string> joints;
    std::vector<std::vector<std::string>> targets;
    std::vector<std::string> warnings;
};

struct Performance::Impl {
    explicit Impl(rust::Box<bridge::Performance> box);

    rust::Box<bridge::Performance> box;
    std::vector<Track> meshes;
    std::vector<Track> joints;
};

struct RigMap::Impl {
    explicit Impl(rust::Box<bridge::RigMap> box) : box(std::move(box)) {}

    rust::Box<bridge::RigMap> box;
};

struct Speaker::Impl {
    explicit Impl(rust::Box<bridge::Speaker> box);

    rust::Box<bridge::Speaker> box;
    std::string name;
    std::string base_model;
    std::string learning;
    std::string consent;
    std::string licence;
    std::string about;
};

struct Live::Impl {
    explicit Impl(rust::Box<bridge::Live> box) : box(std::move(box)) {}

    rust::Box<bridge::Live> box;
};

struct Stream::Impl {
    explicit Impl(rust::Box<bridge::Stream> box) : box(std::move(box)) {}

    rust::Box<bridge::Stream> box;
};

/// A handle that owns a box of the Rust side.
template <typename Handle, typename Box>
Handle handle(Box box) {
    return Access::make<Handle>(std::move(box));
}

}  // namespace metaface
