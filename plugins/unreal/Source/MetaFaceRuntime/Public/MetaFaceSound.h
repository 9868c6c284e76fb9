// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include "CoreMinimal.h"
#include "MetaFaceCore/Sound.h"

#include <functional>

class USoundWave;

namespace MetaFace
{
	/** Decodes the sound on the calling thread. */
	using FSoundReader = std::function<MetaFaceCore::TOutcome<MetaFaceCore::FSound>()>;

	/**
	 * Returns a reader of a sound wave's samples: the imported ones in the editor, otherwise the cooked
	 * ones. Call it on the game thread, where it is fast; the reader may decode on a worker thread.
	 */
	METAFACERUNTIME_API FSoundReader SoundReaderOf(USoundWave& Wave);
}
