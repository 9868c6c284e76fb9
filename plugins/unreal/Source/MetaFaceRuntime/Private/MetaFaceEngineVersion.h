// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include "Misc/EngineVersionComparison.h"

// The only place that depends on the engine's version. Curves are named by FName since 5.3, and asset
// definitions have their present form since 5.2.
#if UE_VERSION_OLDER_THAN(5, 3, 0)
#error "MetaFace needs Unreal Engine 5.3 or later"
#endif
