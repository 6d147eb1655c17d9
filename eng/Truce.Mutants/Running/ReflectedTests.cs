using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Truce.Mutants.Running;

/// <summary>One test, or one row of a theory.</summary>
/// <param name="Name">Class, method and row.</param>
/// <param name="Run">Runs it; null: it passed, else why it failed.</param>
internal sealed record TestUnit(string Name, Func<string?> Run);

/// <summary>
/// The tests of an assembly, called directly: a runner that can be asked for one test after the other,
/// thousands
/// of times in a process, in microseconds. It knows what these suites use of xunit: facts, theories with
/// rows in
/// line or from members, disposal, skips.
/// </summary>
internal static class ReflectedTests
{
    private const BindingFlags Anything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance
        | BindingFlags.FlattenHierarchy;

    /// <summary>All that can be run like this.</summary>
    public static IReadOnlyList<TestUnit> Of(Assembly assembly) =>
    [
        .. assembly.GetTypes().Where(t => t is { IsClass: true, IsAbstract: false, IsPublic: true })
            .OrderBy(t => t.FullName, StringComparer.Ordinal)
            .Where(t => t.GetConstructor(Type.EmptyTypes) is not null)
            .SelectMany(t => t.GetMethods().SelectMany(m => OfMethod(t, m))),
    ];

    private static IEnumerable<TestUnit> OfMethod(Type type, MethodInfo method)
    {
        Attribute? fact = method.GetCustomAttributes().FirstOrDefault(
            a => a.GetType().FullName is "Xunit.FactAttribute" or "Xunit.TheoryAttribute");
        if (fact is null || fact.GetType().GetProperty("Skip")?.GetValue(fact) is not null)
            yield break;
        string name = $"{type.Name}.{method.Name}";
        if (fact.GetType().Name == "FactAttribute")
        {
            yield return new TestUnit(name, () => Run(type, method, []));
            yield break;
        }

        int row = 0;
        foreach (object?[] values in method.GetCustomAttributes().SelectMany(a => Rows(type, a)))
        {
            row++;
            object?[] arguments = Arguments(method, values);
            yield return new TestUnit($"{name}#{row}", () => Run(type, method, arguments));
        }
    }

    private static IEnumerable<object?[]> Rows(Type type, Attribute attribute)
    {
        Type kind = attribute.GetType();
        if (kind.FullName == "Xunit.InlineDataAttribute")
            return [(object?[])kind.GetProperty("Data")!.GetValue(attribute)!];
        if (kind.FullName != "Xunit.MemberDataAttribute")
            return [];
        Type owner = (Type?)kind.GetProperty("MemberType")!.GetValue(attribute) ?? type;
        string member = (string)kind.GetProperty("MemberName")!.GetValue(attribute)!;
        object?[] given = (object?[]?)kind.GetProperty("Arguments")!.GetValue(attribute) ?? [];
        object? rows = owner.GetProperty(member, Anything)?.GetValue(null)
            ?? owner.GetField(member, Anything)?.GetValue(null)
            ?? owner.GetMethod(member, Anything)?.Invoke(null, given);
        return ((IEnumerable)rows!).Cast<object?>().Select(Values);
    }

    private static object?[] Values(object? row) => row switch
    {
        object?[] values => values,
        ITuple tuple => [.. Enumerable.Range(0, tuple.Length).Select(i => tuple[i])],
        null => [null],
        _ => row.GetType().GetInterfaces().FirstOrDefault(i => i.Name == "ITheoryDataRow") is { } made
            ? (object?[])made.GetMethod("GetData")!.Invoke(row, [])! : [row],
    };

    private static object?[] Arguments(MethodInfo method, object?[] values)
    {
        ParameterInfo[] parameters = method.GetParameters();
        object?[] arguments = new object?[parameters.Length];
        for (int i = 0; i < parameters.Length; i++)
        {
            Type type = parameters[i].ParameterType;
            bool takesRest = parameters[i].IsDefined(typeof(ParamArrayAttribute))
                && !(values.Length == parameters.Length && values[i]?.GetType() == type);
            arguments[i] = takesRest ? Rest(type.GetElementType()!, values[Math.Min(i, values.Length)..])
                : i < values.Length ? As(type, values[i]) : parameters[i].DefaultValue;
        }

        return arguments;
    }

    private static Array Rest(Type element, object?[] values)
    {
        Array rest = Array.CreateInstance(element, values.Length);
        for (int i = 0; i < values.Length; i++)
            rest.SetValue(As(element, values[i]), i);
        return rest;
    }

    private static object? As(Type type, object? value)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        return value is null || plain.IsInstanceOfType(value) ? value
            : plain.IsEnum ? Enum.ToObject(plain, value)
            : value is IConvertible && plain.IsPrimitive
                ? Convert.ChangeType(value, plain, CultureInfo.InvariantCulture) : value;
    }

    private static string? Run(Type type, MethodInfo method, object?[] arguments)
    {
        object? test = null;
        try
        {
            test = Activator.CreateInstance(type);
            Wait(method.Invoke(test, BindingFlags.DoNotWrapExceptions, null, arguments, null));
            return null;
        }
#pragma warning disable CA1031 // Whatever a test throws is its answer.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Exception why = e is TargetInvocationException { InnerException: { } inner } ? inner : e;
            return why.GetType().Name == "SkipException" ? null : $"{why.GetType().Name}: {why.Message}";
        }
        finally
        {
            if (test is IAsyncDisposable later)
                later.DisposeAsync().AsTask().GetAwaiter().GetResult();
            else
                (test as IDisposable)?.Dispose();
        }
    }

    private static void Wait(object? result)
    {
        if (result is Task task)
            task.GetAwaiter().GetResult();
        else if (result is ValueTask value)
            value.AsTask().GetAwaiter().GetResult();
    }
}
