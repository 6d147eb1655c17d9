using System.Globalization;
using Truce.Model;

namespace Truce.Control;

/// <summary>
/// Names of operations: TRANSITION-ID/NUMBER/ACTION identifies an order forever, and gives the transition key
/// that histories hold (ACTION:NUMBER:EXPECTED-RC:TRANSITION-ID).
/// </summary>
public static class OperationKeys
{
    /// <summary>The id of an action's operation.</summary>
    public static string OperationId(string transitionId, long number, int action) =>
        string.Create(CultureInfo.InvariantCulture, $"{transitionId}/{number}/{action}");

    /// <summary>The transition key that belongs to an operation id; the id itself
    /// if it isn't of that form.</summary>
    public static string TransitionKey(string operationId, int expectedCode)
    {
        string[] parts = operationId.Split('/');
        return parts is [var id, var number, var action]
            ? string.Create(CultureInfo.InvariantCulture, $"{action}:{number}:{expectedCode}:{id}")
            : operationId;
    }

    /// <summary>The operation id that a transition key belongs to; the key itself
    /// if it isn't of that form.</summary>
    public static string OperationIdOf(string transitionKey)
    {
        string[] parts = transitionKey.Split(':', 4);
        return parts is [var action, var number, _, var id] ? $"{id}/{number}/{action}" : transitionKey;
    }

    /// <summary>The action that an operation id names in a transition; null: it is of another one.</summary>
    public static int? ActionOf(string operationId, string transitionId, long number)
    {
        string prefix = string.Create(CultureInfo.InvariantCulture, $"{transitionId}/{number}/");
        return operationId.StartsWith(prefix, StringComparison.Ordinal)
            ? Numbers.ParseInt(operationId[prefix.Length..])
            : null;
    }
}
