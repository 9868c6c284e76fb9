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
		using FPcmOutcome = MetaFaceCore::TOutcome<MetaFaceCore::FPcm>;

		FPcmOutcome Failed(const FString& Name, const TCHAR* Reason)
		{
			return FPcmOutcome::Failed(ToStd(FString::Printf(TEXT("%s: %s"), *Name, Reason)));
		}

		/** Frames decoded at a time. */
		constexpr int32 DecodeBlock = 4096;

		FPcmOutcome Decode(const FString& Name, const FSoundWaveProxyRef& Proxy)
		{
			FSoundWaveProxyReader::FSettings Settings;
			Settings.MaxDecodeSizeInFrames = DecodeBlock;
			const TUniquePtr<FSoundWaveProxyReader> Reader = FSoundWaveProxyReader::Create(Proxy, Settings);
			if (!Reader.IsValid())
			{
				return Failed(Name, TEXT("the sound cannot be decoded: set its Loading Behavior to Force Inline or Prime On Load"));
			}
			MetaFaceCore::FPcm Pcm;
			Pcm.Rate = uint32(Reader->GetSampleRate() + 0.5f);
			Pcm.Channels = uint16(Reader->GetNumChannels());
			const size_t Total = size_t(Reader->GetNumFramesInWave()) * Pcm.Channels;
			Pcm.Samples.reserve(Total);
			Audio::FAlignedFloatBuffer Buffer;
			Buffer.SetNumUninitialized(DecodeBlock * Pcm.Channels);
			while (Pcm.Samples.size() < Total)
			{
				const int32 Read = Reader->PopAudio(Buffer);
				if (Read <= 0)
				{
					break;
				}
				const size_t Needed = FMath::Min(size_t(Read), Total - Pcm.Samples.size());
				Pcm.Samples.insert(Pcm.Samples.end(), Buffer.GetData(), Buffer.GetData() + Needed);
			}
			if (Reader->HasFailed() || Pcm.Samples.size() < Total)
			{
				return Failed(Name, TEXT("decoding stopped before the end of the sound: import it again"));
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
			return [Bytes = MoveTemp(Bytes), Rate, Channels]() -> FPcmOutcome {
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
			return [Name] { return Failed(Name, TEXT("the sound wave has no samples: use Push Audio for procedural and streaming sources")); };
		}
		return [Name, Proxy] { return Decode(Name, Proxy.ToSharedRef()); };
	}
}
