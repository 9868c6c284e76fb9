// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include "CoreMinimal.h"

METAFACERUNTIME_API DECLARE_LOG_CATEGORY_EXTERN(LogMetaFace, Log, All);
