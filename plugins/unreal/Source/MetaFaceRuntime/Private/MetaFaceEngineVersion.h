// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include "Misc/EngineVersionComparison.h"

// The one place that knows engines apart. Curves are named by FName since 5.3, and asset definitions
// have their present form since 5.2: nothing older is for us.
#if UE_VERSION_OLDER_THAN(5, 3, 0)
#error "MetaFace is for Unreal Engine 5.3 and later"
#endif
