// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include "CoreMinimal.h"

class USoundWave;

namespace MetaFace
{
	/** Adds Animate Faces to the context menu of sound waves. */
	void ExtendContentMenu();

	/** Makes the sequences of all waves, with a progress bar that can be cancelled and a summary in the message log. */
	void AnimateWaves(const TArray<USoundWave*>& Waves);

	inline const FName MessageLogName = TEXT("MetaFace");
}
