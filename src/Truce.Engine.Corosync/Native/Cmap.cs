using System.Runtime.InteropServices;

namespace Truce.Engine.Corosync.Native;

/// <summary>libcmap (cmap.h, API 4): Corosync's configuration and run-time values by key.</summary>
internal static unsafe partial class Cmap
{
    public const int KeyBytesMax = 255;
    private const string Library = "libcmap.so.4";

    [LibraryImport(Library, EntryPoint = "cmap_initialize")]
    public static partial CsError Initialize(out ulong handle);

    [LibraryImport(Library, EntryPoint = "cmap_finalize")]
    public static partial CsError FinalizeHandle(ulong handle);

    [LibraryImport(Library, EntryPoint = "cmap_get_uint32", StringMarshalling = StringMarshalling.Utf8)]
    public static partial CsError GetUInt32(ulong handle, string key, out uint value);

    [LibraryImport(Library, EntryPoint = "cmap_set_uint8", StringMarshalling = StringMarshalling.Utf8)]
    public static partial CsError SetUInt8(ulong handle, string key, byte value);

    [LibraryImport(Library, EntryPoint = "cmap_get_string", StringMarshalling = StringMarshalling.Utf8)]
    private static partial CsError GetString(ulong handle, string key, out nint value);

    [LibraryImport(Library, EntryPoint = "cmap_iter_init", StringMarshalling = StringMarshalling.Utf8)]
    private static partial CsError BeginIteration(ulong handle, string prefix, out ulong iteration);

    [LibraryImport(Library, EntryPoint = "cmap_iter_next")]
    private static partial CsError Next(ulong handle, ulong iteration, byte* key, nuint* length, int* type);

    [LibraryImport(Library, EntryPoint = "cmap_iter_finalize")]
    private static partial CsError EndIteration(ulong handle, ulong iteration);

    /// <summary>A text, or null where the key isn't there.</summary>
    public static string? GetString(ulong handle, string key)
    {
        if (GetString(handle, key, out nint value) != CsError.Ok)
            return null;
        string? text = Marshal.PtrToStringUTF8(value);
        NativeMemory.Free((void*)value); // The caller's to free.
        return text;
    }

    /// <summary>A number, or null where the key isn't there.</summary>
    public static uint? GetNumber(ulong handle, string key) =>
        GetUInt32(handle, key, out uint value) == CsError.Ok ? value : null;

    /// <summary>All keys that begin with a text.</summary>
    public static List<string> Keys(ulong handle, string prefix)
    {
        List<string> keys = [];
        if (BeginIteration(handle, prefix, out ulong iteration) != CsError.Ok)
            return keys;
        byte* key = stackalloc byte[KeyBytesMax + 1];
        while (Next(handle, iteration, key, null, null) == CsError.Ok)
            keys.Add(Marshal.PtrToStringUTF8((nint)key)!);
        _ = EndIteration(handle, iteration);
        return keys;
    }
}
