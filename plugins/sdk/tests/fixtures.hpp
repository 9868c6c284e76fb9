// Fixtures of the tests: sample sounds, an animator, a temporary folder.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <metaface/metaface.hpp>
#include <string>
#include <vector>

inline std::filesystem::path sample(const char* name) {
    return std::filesystem::path(METAFACE_SAMPLES) / name;
}

inline std::filesystem::path line() { return sample("speech/line.wav"); }

inline const metaface::Animator& animator() {
    static const metaface::Animator loaded = metaface::Animator::open(metaface::Device::cpu);
    return loaded;
}

inline const metaface::Clip& line_clip() {
    static const metaface::Clip clip = animator().animate(line());
    return clip;
}

inline std::vector<float> values(const metaface::Clip& clip) {
    return {clip.values(), clip.values() + clip.frame_count() * metaface::channel_count};
}

inline std::string bytes(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// A temporary folder, removed by the destructor.
class Folder {
public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "metaface-XXXXXX").string();
        path_ = mkdtemp(name.data());
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    std::filesystem::path operator/(const char* name) const {
        return path_ / std::filesystem::u8path(name);
    }

private:
    std::filesystem::path path_;
};

/// The error that `work` throws; of the kind internal if it throws none.
template <typename Work>
metaface::Error error_of(Work&& work) {
    try {
        work();
    } catch (const metaface::Error& error) {
        return error;
    }
    return {metaface::ErrorKind::internal, "nothing was thrown"};
}
