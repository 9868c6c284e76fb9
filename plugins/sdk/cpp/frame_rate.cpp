#include "metaface/frame_rate.hpp"

#include "shore.hpp"

namespace metaface {

Result<FrameRate> FrameRate::try_parse(const std::string& rate) {
    return attempt([&] { return from_bridge(bridge::parse_rate(text(rate))); });
}

Result<FrameRate> FrameRate::try_nearest(double frames_per_second) {
    return attempt([&] { return from_bridge(bridge::nearest_rate(frames_per_second)); });
}

}  // namespace metaface
