#include "metaface/frame_rate.hpp"

#include "bridge_support.hpp"

namespace metaface {

Result<FrameRate> FrameRate::try_parse(const std::string& rate) {
    return attempt([&] { return from_bridge(bridge::parse_rate(to_str(rate))); });
}

Result<FrameRate> FrameRate::try_nearest(double frames_per_second) {
    return attempt([&] { return from_bridge(bridge::nearest_rate(frames_per_second)); });
}

}  // namespace metaface
