// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceSound.h"

#include "MetaFaceEngineVersion.h"
#include "MetaFaceText.h"
#include "Sound/SoundWave.h"
#include "Sound/SoundWaveProxyReader.h"

namespace MetaFace
{
	namespace
	{
		using FOutcome = MetaFaceCore::TOutcome<MetaFaceCore::FPcm>;

		FOutcome NoSound(const FString& Name, const TCHAR* Why)
		{
			return FOutcome::Failed(ToStd(FString::Printf(TEXT("%s: %s"), *Name, Why)));
		}

		/** Decoded at a time. */
		constexpr int32 FramesAtOnce = 4096;

		FOutcome Decoded(const FString& Name, const FSoundWaveProxyRef& Proxy)
		{
			FSoundWaveProxyReader::FSettings Settings;
			Settings.MaxDecodeSizeInFrames = FramesAtOnce;
			const TUniquePtr<FSoundWaveProxyReader> Reader = FSoundWaveProxyReader::Create(Proxy, Settings);
			if (!Reader.IsValid())
			{
				return NoSound(Name, TEXT("the sound cannot be decoded: set its Loading Behavior to Force Inline or Prime On Load"));
			}
			MetaFaceCore::FPcm Pcm;
			Pcm.Rate = uint32(Reader->GetSampleRate() + 0.5f);
			Pcm.Channels = uint16(Reader->GetNumChannels());
			const size_t Total = size_t(Reader->GetNumFramesInWave()) * Pcm.Channels;
			Pcm.Samples.reserve(Total);
			Audio::FAlignedFloatBuffer Buffer;
			Buffer.SetNumUninitialized(FramesAtOnce * Pcm.Channels);
			while (Pcm.Samples.size() < Total)
			{
				const int32 Read = Reader->PopAudio(Buffer);
				if (Read <= 0)
				{
					break;
				}
				const size_t Wanted = FMath::Min(size_t(Read), Total - Pcm.Samples.size());
				Pcm.Samples.insert(Pcm.Samples.end(), Buffer.GetData(), Buffer.GetData() + Wanted);
			}
			if (Reader->HasFailed() || Pcm.Samples.size() < Total)
			{
				return NoSound(Name, TEXT("the sound broke off while it was decoded: import it again"));
			}
			return Pcm;
		}
	}

	FSoundReader SoundReaderOf(USoundWave& Wave)
	{
		const FString Name = Wave.GetPathName();
#if WITH_EDITOR
		TArray<uint8> Bytes;
		uint32 Rate = 0;
		uint16 Channels = 0;
		if (Wave.GetImportedSoundWaveData(Bytes, Rate, Channels) && Bytes.Num() > 0 && Rate > 0 && Channels > 0)
		{
			return [Bytes = MoveTemp(Bytes), Rate, Channels]() -> FOutcome {
				MetaFaceCore::FPcm Pcm;
				Pcm.Samples = MetaFaceCore::FromPcm16(Bytes.GetData(), size_t(Bytes.Num()));
				Pcm.Rate = Rate;
				Pcm.Channels = Channels;
				return Pcm;
			};
		}
#endif
		const FSoundWaveProxyPtr Proxy = Wave.CreateSoundWaveProxy();
		if (!Proxy.IsValid())
		{
			return [Name] { return NoSound(Name, TEXT("it holds no sound: procedural and streaming sources go through Push Audio")); };
		}
		return [Name, Proxy] { return Decoded(Name, Proxy.ToSharedRef()); };
	}
}
