// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceLog.h"
#include "Modules/ModuleManager.h"

DEFINE_LOG_CATEGORY(LogMetaFace);

IMPLEMENT_MODULE(FDefaultModuleImpl, MetaFaceRuntime)
