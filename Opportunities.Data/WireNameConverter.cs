using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Opportunities.Data;

/// <summary>Stores enum members under their <see cref="WireName{T}"/>.</summary>
/// <typeparam name="T">The enum.</typeparam>
internal sealed class WireNameConverter<T>() : ValueConverter<T, string>(value => WireName<T>.Of(value), name => WireName<T>.Parse(name))
    where T : struct, Enum;
