// Copyright the MetaFace contributors. MIT licence.
#pragma once

// The only place that includes the native library. Build.cs adds its folder to the system include
// paths, so that the engine's warnings do not apply to it.
#include <metaface/metaface.hpp>

#include <exception>

#include "MetaFaceCore/Live.h"

namespace MetaFaceCore
{
	struct FSound::FImpl
	{
		metaface::Sound Sound;
	};

	struct FLive::FImpl
	{
		metaface::Live Live;
		FCurveNames Names;
	};

	/** Runs a function and converts every exception, such as bad_alloc, to an error. */
	template <typename ValueType, typename FunctionType>
	TOutcome<ValueType> Guarded(FunctionType&& Function)
	{
		try
		{
			return Function();
		}
		catch (const std::exception& Exception)
		{
			return TOutcome<ValueType>::Failed(std::string("MetaFace: ") + Exception.what());
		}
		catch (...)
		{
			return TOutcome<ValueType>::Failed("MetaFace: internal error; please report it");
		}
	}

	template <typename ValueType>
	TOutcome<ValueType> FailedBy(const metaface::Error& Error)
	{
		return TOutcome<ValueType>::Failed(Error.what(), Error.kind() == metaface::ErrorKind::cancelled);
	}

	/** Converts a clip to named curves. */
	TOutcome<FTake> TakeOf(const metaface::Clip& Clip, const FCurveNames& Names);
}
