// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include "CoreMinimal.h"
#include "MetaFaceCore/Outcome.h"
#include "MetaFaceCore/Take.h"

#include <functional>

class USoundWave;

namespace MetaFace
{
	/** Decodes the sound on whatever thread calls it. */
	using FSoundReader = std::function<MetaFaceCore::TOutcome<MetaFaceCore::FPcm>()>;

	/**
	 * How the samples of a sound wave are had: what was imported where there is an editor, what was
	 * cooked elsewhere. Called on the game thread, quick; what it returns does the work, on a worker.
	 */
	METAFACERUNTIME_API FSoundReader SoundReaderOf(USoundWave& Wave);
}
