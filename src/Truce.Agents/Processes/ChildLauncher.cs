using System.Runtime.InteropServices;
using System.Text;

namespace Truce.Agents.Processes;

/// <summary>What a new process gets as its first descriptors.</summary>
/// <param name="Input">Standard input; -1 for /dev/null.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Errors">Standard error.</param>
/// <param name="Gate">Descriptor 3: a byte here lets it run.</param>
/// <param name="Status">Descriptor 4: takes what goes wrong.</param>
/// <param name="Cgroup">Descriptor 5: its cgroup's directory; -1 for none.</param>
internal readonly record struct ChildDescriptors(
    int Input, int Output, int Errors, int Gate, int Status, int Cgroup);

/// <summary>
/// Starts a process by posix_spawn: in its own session, with every signal at its default
/// (.NET ignores SIGPIPE, and a child would inherit that), nothing blocked, ordinary
/// scheduling, and exactly the environment given.
/// </summary>
internal static unsafe class ChildLauncher
{
    /// <summary>32 and 33: the C library keeps them to itself, and children get them
    /// ignored unless told here.</summary>
    private const ulong InternalSignals = 3UL << 31;

    private static bool s_canCloseFrom = true;

    /// <summary>Returns the new process's id, or minus errno.</summary>
    public static int Launch(
        string program,
        IReadOnlyList<string> arguments,
        IReadOnlyCollection<KeyValuePair<string, string>> environment,
        string workingDirectory,
        ChildDescriptors descriptors)
    {
        byte* actions = stackalloc byte[NativeSpawn.OpaqueSize];
        byte* attributes = stackalloc byte[NativeSpawn.OpaqueSize];
        using Strings strings = new();
        byte** argv = strings.Vector(arguments);
        byte** envp = strings.Vector([.. environment.Select(e => $"{e.Key}={e.Value}")]);
        _ = NativeSpawn.InitFileActions(actions);
        _ = NativeSpawn.InitAttributes(attributes);
        try
        {
            AddDescriptors(actions, descriptors, strings);
            _ = NativeSpawn.AddChangeDirectory(actions, strings.Text(workingDirectory));
            SetAttributes(attributes);
            int processId;
            int error = NativeSpawn.Spawn(&processId, strings.Text(program), actions, attributes, argv, envp);
            return error == 0 ? processId : -error;
        }
        finally
        {
            _ = NativeSpawn.DestroyAttributes(attributes);
            _ = NativeSpawn.DestroyFileActions(actions);
        }
    }

    private static void AddDescriptors(byte* actions, ChildDescriptors descriptors, Strings strings)
    {
        if (descriptors.Input >= 0)
            _ = NativeSpawn.AddDuplicate(actions, descriptors.Input, 0);
        else
            _ = NativeSpawn.AddOpen(actions, 0, strings.Text("/dev/null"), 0, 0);
        _ = NativeSpawn.AddDuplicate(actions, descriptors.Output, 1);
        _ = NativeSpawn.AddDuplicate(actions, descriptors.Errors, 2);
        _ = NativeSpawn.AddDuplicate(actions, descriptors.Gate, 3);
        _ = NativeSpawn.AddDuplicate(actions, descriptors.Status, 4);
        if (descriptors.Cgroup >= 0)
            _ = NativeSpawn.AddDuplicate(actions, descriptors.Cgroup, 5);
        CloseOthers(actions, descriptors.Cgroup >= 0 ? 6 : 5);
    }

    /// <summary>What this process itself inherited without close-on-exec isn't for agents. Before glibc 2.34
    /// the gate alone sees to that.</summary>
    private static void CloseOthers(byte* actions, int first)
    {
        try
        {
            if (s_canCloseFrom)
                _ = NativeSpawn.AddCloseFrom(actions, first);
        }
        catch (EntryPointNotFoundException)
        {
            s_canCloseFrom = false;
        }
    }

    private static void SetAttributes(byte* attributes)
    {
        byte* signals = stackalloc byte[NativeSpawn.OpaqueSize];
        int priority = 0;
        _ = NativeSpawn.EmptySet(signals);
        _ = NativeSpawn.SetMask(attributes, signals);
        _ = NativeSpawn.FillSet(signals);
        *(ulong*)signals |= InternalSignals;
        _ = NativeSpawn.SetDefaults(attributes, signals);
        _ = NativeSpawn.SetPolicy(attributes, 0);
        _ = NativeSpawn.SetPriority(attributes, &priority);
        _ = NativeSpawn.SetFlags(attributes, NativeSpawn.SetSession | NativeSpawn.SetSignalDefaults
            | NativeSpawn.SetSignalMask | NativeSpawn.SetSchedulerPolicy);
    }

    /// <summary>C strings that live until the call is over.</summary>
    private sealed class Strings : IDisposable
    {
        private readonly List<nint> _blocks = [];

        public byte* Text(string text)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            byte* block = Block(bytes.Length + 1);
            bytes.CopyTo(new Span<byte>(block, bytes.Length));
            block[bytes.Length] = 0;
            return block;
        }

        public byte** Vector(IReadOnlyList<string> texts)
        {
            byte** vector = (byte**)Block((texts.Count + 1) * sizeof(byte*));
            for (int i = 0; i < texts.Count; i++)
                vector[i] = Text(texts[i]);
            vector[texts.Count] = null;
            return vector;
        }

        public void Dispose() => _blocks.ForEach(b => NativeMemory.Free((void*)b));

        private byte* Block(int size)
        {
            byte* block = (byte*)NativeMemory.Alloc((nuint)size);
            _blocks.Add((nint)block);
            return block;
        }
    }
}
