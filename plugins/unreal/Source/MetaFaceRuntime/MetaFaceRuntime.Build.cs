// Copyright the MetaFace contributors. MIT licence.
using UnrealBuildTool;

// Not named MetaFace: the engine would define METAFACE_API then, which the native library's headers define.
public class MetaFaceRuntime : ModuleRules
{
	public MetaFaceRuntime(ReadOnlyTargetRules Target) : base(Target)
	{
		PCHUsage = PCHUsageMode.UseExplicitOrSharedPCHs;
		CppStandard = CppStandardVersion.Cpp20;
		// The library's error type is a std::exception, which has another layout in Microsoft's C++
		// library where exceptions are off. None is thrown into the engine.
		bEnableExceptions = true;

		PublicDependencyModuleNames.AddRange(new string[] { "Core", "CoreUObject", "Engine" });
		PrivateDependencyModuleNames.AddRange(new string[] { "AudioCapture", "AudioMixer", "SignalProcessing", "MetaFaceLibrary" });
	}
}
