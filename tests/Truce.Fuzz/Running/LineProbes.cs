using System.Globalization;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace Truce.Fuzz.Running;

/// <summary>Puts a probe before every line of our assemblies, in a copy: so the loop sees which inputs reach
/// something new.</summary>
internal static class LineProbes
{
    private static readonly string[] s_assemblies =
    [
        "Truce.Model", "Truce.Scheduler", "Truce.Contracts", "Truce.Runtime", "Truce.Agents",
            "Truce.Engine.Local", "Truce.Engine.Corosync", "truced",
    ];

    /// <summary>Rewrites the assemblies of a folder; how many lines they have.</summary>
    public static int Put(string folder)
    {
        int lines = 0;
        foreach (string name in s_assemblies)
            lines = Put(Path.Combine(folder, name + ".dll"), lines);
        return lines;
    }

    /// <summary>Copies a folder of programs and rewrites the copy.</summary>
    public static void Copy(string from, string to)
    {
        if (Directory.Exists(to))
            Directory.Delete(to, recursive: true);
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        File.WriteAllText(Path.Combine(to, "lines"), Put(to).ToString(CultureInfo.InvariantCulture));
    }

    private static int Put(string path, int first)
    {
        using DefaultAssemblyResolver resolver = new();
        resolver.AddSearchDirectory(Path.GetDirectoryName(path));
        ReaderParameters reading = new() { ReadSymbols = true, InMemory = true, AssemblyResolver = resolver };
        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(path, reading);
        MethodReference hit = assembly.MainModule.ImportReference(
            typeof(LineHits).GetMethod(nameof(LineHits.Hit)));
        Dictionary<(string, int), int> lines = [];
        foreach (MethodDefinition method in assembly.MainModule.GetTypes().SelectMany(t =>
            t.Methods).Where(m => m.HasBody))
            Put(method, hit, lines, first);
        assembly.Write(path);
        return first + lines.Count;
    }

    private static void Put(
        MethodDefinition method, MethodReference hit, Dictionary<(string, int), int> lines, int first)
    {
        List<SequencePoint> points = [.. method.DebugInformation.SequencePoints.Where(p => !p.IsHidden)];
        if (points.Count == 0)
            return;
        method.Body.SimplifyMacros();
        ILProcessor code = method.Body.GetILProcessor();
        Dictionary<int, Instruction> byOffset = method.Body.Instructions.ToDictionary(i => i.Offset);
        Dictionary<Instruction, Instruction> moved = [];
        foreach (SequencePoint point in points)
        {
            if (!byOffset.TryGetValue(point.Offset, out Instruction? at) || moved.ContainsKey(at))
                continue;
            (string, int) line = (point.Document.Url, point.StartLine);
            if (!lines.TryGetValue(line, out int number))
                lines[line] = number = first + lines.Count;
            Instruction probe = code.Create(OpCodes.Ldc_I4, number);
            code.InsertBefore(at, probe);
            code.InsertBefore(at, code.Create(OpCodes.Call, hit));
            moved[at] = probe;
        }

        Retarget(method.Body, moved);
        method.Body.OptimizeMacros();
    }

    // Whoever jumped to the line jumps to its probe.
    private static void Retarget(MethodBody body, Dictionary<Instruction, Instruction> moved)
    {
        foreach (Instruction instruction in body.Instructions)
        {
            if (instruction.Operand is Instruction target
                && moved.TryGetValue(target, out Instruction? probe))
                instruction.Operand = probe;
            else if (instruction.Operand is Instruction[] targets)
                instruction.Operand = targets.Select(t => moved.GetValueOrDefault(t, t)).ToArray();
        }

        foreach (ExceptionHandler handler in body.ExceptionHandlers)
        {
            handler.TryStart = Moved(handler.TryStart);
            handler.TryEnd = Moved(handler.TryEnd);
            handler.HandlerStart = Moved(handler.HandlerStart);
            handler.HandlerEnd = Moved(handler.HandlerEnd);
            handler.FilterStart = Moved(handler.FilterStart);
        }

        Instruction? Moved(Instruction? one) => one is null ? null : moved.GetValueOrDefault(one, one);
    }
}
