using System.Collections;
using System.Reflection;

namespace Truce.Mutants.Running;

/// <summary>
/// The scheduler's recorded cases, one by one. Their own suite works all of them out once and judges what it
/// got;
/// here each is worked out when it is asked for, and judged as the suite does: every level that was reached
/// must
/// be, and the plan checker finds no more than it did.
/// </summary>
internal static class RecordedCaseTests
{
    private const BindingFlags Inside = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static;

    /// <summary>The cases, if that assembly has any.</summary>
    public static IEnumerable<TestUnit> Of(Assembly assembly)
    {
        Type? cases = assembly.GetTypes().FirstOrDefault(t => t.Name == "CaseSet");
        MethodInfo? run = assembly.GetTypes().FirstOrDefault(t => t is { Name: "Conformance", IsClass: true })
            ?.GetMethods(Inside).FirstOrDefault(m => m.Name == "Run"
                && m.GetParameters() is [{ ParameterType.Name: "RecordedCase" }]);
        if (cases is null || run is null || cases.GetMethod("FindFolder", Inside)!.Invoke(null,
            []) is not string folder)
            yield break;
        Dictionary<string, string> reached = [];
        foreach (object recorded in (IEnumerable)cases.GetMethod("Load", Inside)!.Invoke(null, [folder])!)
        {
            string name = (string)recorded.GetType().GetProperty("Name")!.GetValue(recorded)!;
            yield return new TestUnit("recorded." + name, () =>
            {
                string got = Summary(run.Invoke(null, [recorded])!);
                return reached.TryAdd(name, got) || reached[name] == got ? null
                    : $"{got} in place of {reached[name]}";
            });
        }
    }

    // Names of the levels that are reached, and what the checker found.
    private static string Summary(object result)
    {
        IDictionary levels = (IDictionary)result.GetType().GetProperty("Levels")!.GetValue(result)!;
        IEnumerable findings = (IEnumerable)result.GetType().GetProperty("Findings")!.GetValue(result)!;
        return string.Join(
            ' ',
            levels.Keys.Cast<object>().Where(k => levels[k] is true).Select(k => k.ToString())
                .Concat(findings.Cast<object>().Select(f => f.ToString())));
    }
}
