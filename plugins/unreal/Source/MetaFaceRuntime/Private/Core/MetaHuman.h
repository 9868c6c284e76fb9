// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include "Library.h"

namespace MetaFaceCore
{
	/** What drives a MetaHuman's CTRL_expressions_* curves. */
	TOutcome<metaface::RigMap> MetaHumanRigMap();
}
