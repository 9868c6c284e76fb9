// Copyright the MetaFace contributors. MIT licence.
using System.IO;
using UnrealBuildTool;

// The native library: one static archive for each platform, built from the same sources as the headers.
// The library is static because its API passes std::string and std::vector: each engine module has its
// own operator new, and memory that the library allocates is freed by the module.
public class MetaFaceLibrary : ModuleRules
{
	public MetaFaceLibrary(ReadOnlyTargetRules Target) : base(Target)
	{
		Type = ModuleType.External;

		string Include = Path.Combine(ModuleDirectory, "include");
		string Folder = Path.Combine(ModuleDirectory, "lib", Target.Platform.ToString());
		string Archive;
		if (Target.Platform == UnrealTargetPlatform.Win64)
		{
			Archive = Path.Combine(Folder, "metaface.lib");
			PublicSystemLibraries.AddRange(new string[] { "bcrypt.lib", "advapi32.lib", "kernel32.lib", "ntdll.lib", "userenv.lib", "ws2_32.lib", "dbghelp.lib" });
		}
		else if (Target.Platform == UnrealTargetPlatform.Mac)
		{
			Archive = Path.Combine(Folder, "libmetaface.a");
			PublicFrameworks.Add("CoreFoundation");
			PublicSystemLibraries.Add("iconv");
		}
		else if (Target.Platform == UnrealTargetPlatform.Linux)
		{
			Archive = Path.Combine(Folder, "libmetaface.a");
			PublicSystemLibraries.AddRange(new string[] { "pthread", "dl", "m" });
		}
		else
		{
			throw new BuildException("MetaFace supports Win64, Mac and Linux, not {0}: disable the plugin for this platform.", Target.Platform);
		}

		foreach (string Required in new string[] { Path.Combine(Include, "metaface", "metaface.hpp"), Archive })
		{
			if (!File.Exists(Required))
			{
				throw new BuildException("MetaFace's native library is missing: {0} does not exist. Run `cargo xtask unreal` in MetaFace's repository on {1}, and use the plugin in target/unreal/MetaFace.", Required, Target.Platform);
			}
		}
		PublicSystemIncludePaths.Add(Include);
		PublicAdditionalLibraries.Add(Archive);
	}
}
