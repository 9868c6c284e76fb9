// Copyright the MetaFace contributors. MIT licence.
#pragma once

// The one place that includes the native library. Build.cs has its folder among the system include
// paths, so that the engine's warnings are not applied to it.
#include <metaface/metaface.hpp>

#include <exception>

#include "MetaFaceCore/Voice.h"

namespace MetaFaceCore
{
	/** Runs work of the library so that nothing that is thrown, such as bad_alloc, goes further. */
	template <typename ValueType, typename WorkType>
	TOutcome<ValueType> Guarded(WorkType&& Work)
	{
		try
		{
			return Work();
		}
		catch (const std::exception& Thrown)
		{
			return TOutcome<ValueType>::Failed(std::string("MetaFace: ") + Thrown.what());
		}
		catch (...)
		{
			return TOutcome<ValueType>::Failed("MetaFace: an unknown fault; please report it");
		}
	}

	template <typename ValueType>
	TOutcome<ValueType> FailedBy(const metaface::Error& Error)
	{
		return TOutcome<ValueType>::Failed(Error.what(), Error.kind() == metaface::ErrorKind::cancelled);
	}

	TOutcome<FTake> Named(const metaface::Clip& Clip, const FCurveNames& Names);
}
