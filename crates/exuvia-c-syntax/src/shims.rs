//! The functions that C calls: each checks what it is given, borrows it for the call of the function beside it, and says how that went.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Ident, Path};

use crate::item::{Access, ErrorType, Function, Kind, Opaque, Parameter, Scalar, Value};

/// Names of a shim's own, which no name of the function's author can be taken for.
struct Own {
    result: Ident,
    this: Ident,
    call: Ident,
    stop: Ident,
    outcome: Ident,
    answer: Ident,
}

impl Own {
    fn new() -> Self {
        let name = |text: &str| Ident::new(text, Span::mixed_site());
        Self {
            result: name("result"),
            this: name("this"),
            call: name("call"),
            stop: name("stop"),
            outcome: name("outcome"),
            answer: name("answer"),
        }
    }
}

/// What C calls for a function.
pub fn function(function: &Function, prefix: &str) -> TokenStream {
    let symbol = function.symbol(prefix);
    let own = Own::new();
    let shim = if function.direct {
        direct(function, &symbol)
    } else {
        with_status(function, &symbol, &own)
    };
    quote! {
        const _: () = { #shim };
    }
}

fn direct(function: &Function, symbol: &str) -> TokenStream {
    let call = path_of(function);
    let names: Vec<_> = function.parameters.iter().map(|each| &each.name).collect();
    let types = function.parameters.iter().map(|each| match each.kind {
        Kind::Scalar(scalar) => scalar_type(scalar),
        _ => unreachable!("the parser lets nothing else through"),
    });
    let output = match &function.value {
        Value::Scalar(scalar) => {
            let output = scalar_type(*scalar);
            quote!(-> #output)
        }
        _ => TokenStream::new(),
    };
    // A panic ends the process here, as in any function that C calls: there is no status to say it with.
    quote! {
        #[unsafe(export_name = #symbol)]
        extern "C" fn shim(#(#names: #types),*) #output {
            #call(#(#names),*)
        }
    }
}

fn with_status(function: &Function, symbol: &str, own: &Own) -> TokenStream {
    let Own {
        result,
        this,
        call: span,
        stop,
        outcome,
        ..
    } = own;
    let mut inputs = Vec::new();
    let mut checks = Vec::new();
    let mut borrows = Vec::new();
    let mut arguments = Vec::new();
    if let (Some(access), Some(owner)) = (function.receiver, &function.owner) {
        let owner = Path::from(owner.clone());
        let pointer = handle_type(&owner, access);
        inputs.push(quote!(#this: #pointer));
        borrows.push(borrow_handle(this, &owner, access));
        arguments.push(reborrow(this, access));
    }
    for parameter in &function.parameters {
        inputs.extend(parameter_inputs(parameter));
        borrows.push(borrow(parameter, function.calls_back(), own));
        arguments.push(argument(parameter));
    }
    let output = output_type(&function.value);
    if let Some(output) = &output {
        inputs.push(quote!(#result: *mut #output));
        checks.push(quote!(let #result = ::exuvia_c::argument::result(#result)?;));
    }
    checks.extend(apart(&function.parameters));
    let call = path_of(function);
    let call = quote!(#call(#(#arguments),*));
    let is_stoppable = function
        .parameters
        .iter()
        .any(|each| matches!(each.kind, Kind::Callback(..)));
    let (make_stop, check_stop) = if is_stoppable {
        (
            quote!(let #stop = ::exuvia_c::callback::Stop::default();),
            quote!(#stop.check()?;),
        )
    } else {
        (TokenStream::new(), TokenStream::new())
    };
    let take = if function.fails {
        quote_spanned!(function.span()=> let #outcome = #outcome.map_err(|error| ::exuvia_c::status::Failure::of(&error))?;)
    } else {
        TokenStream::new()
    };
    let give = match &function.value {
        Value::Nothing => quote!(let () = #outcome;),
        value => {
            let value = converted(value, outcome);
            quote! {
                // SAFETY: the place was checked, and who calls gives one for a result of this type.
                unsafe { #result.write(#value) };
            }
        }
    };
    quote! {
        #[unsafe(export_name = #symbol)]
        unsafe extern "C" fn shim(#(#inputs),*) -> i32 {
            ::exuvia_c::status::run(|| {
                #(#checks)*
                let #span = ::exuvia_c::argument::Call::default();
                #make_stop
                #(#borrows)*
                let #outcome = #call;
                #check_stop
                #take
                #give
                Ok(())
            })
        }
    }
}

/// The function itself: of its module, whatever a parameter is called.
fn path_of(function: &Function) -> TokenStream {
    let name = &function.name;
    match &function.owner {
        Some(owner) => quote!(self::#owner::#name),
        None => quote!(self::#name),
    }
}

fn scalar_type(scalar: Scalar) -> TokenStream {
    let name = Ident::new(scalar.name(), Span::call_site());
    quote!(::core::primitive::#name)
}

fn handle_type(of: &Path, access: Access) -> TokenStream {
    match access {
        Access::Shared => quote!(*const #of),
        Access::Exclusive => quote!(*mut #of),
    }
}

/// The name of what goes with a parameter.
fn companion(name: &Ident, what: &str) -> Ident {
    format_ident!("{}_{what}", crate::item::plain(name), span = name.span())
}

/// What C gives for a parameter.
fn parameter_inputs(parameter: &Parameter) -> Vec<TokenStream> {
    let name = &parameter.name;
    let length = companion(name, "length");
    match &parameter.kind {
        Kind::Scalar(scalar) => {
            let of = scalar_type(*scalar);
            vec![quote!(#name: #of)]
        }
        Kind::Text => vec![
            quote!(#name: *const ::core::ffi::c_char),
            quote!(#length: ::core::primitive::usize),
        ],
        Kind::CText => vec![quote!(#name: *const ::core::ffi::c_char)],
        Kind::Numbers(scalar, access) => {
            let of = scalar_type(*scalar);
            let pointer = match access {
                Access::Shared => quote!(*const #of),
                Access::Exclusive => quote!(*mut #of),
            };
            vec![
                quote!(#name: #pointer),
                quote!(#length: ::core::primitive::usize),
            ]
        }
        Kind::Callback(parameters, value) => {
            let context = companion(name, "context");
            let parameters = parameters.iter().map(|each| scalar_type(*each));
            let value = value.map(scalar_type).map(|of| quote!(*mut #of));
            vec![
                quote!(#name: ::core::option::Option<unsafe extern "C" fn(*mut ::core::ffi::c_void, #(#parameters,)* #value) -> i32>),
                quote!(#context: *mut ::core::ffi::c_void),
            ]
        }
        Kind::Handle(of, access) => {
            let pointer = handle_type(of, *access);
            vec![quote!(#name: #pointer)]
        }
    }
}

/// Borrows what C gave.
fn borrow(parameter: &Parameter, calls_back: bool, own: &Own) -> TokenStream {
    let call = &own.call;
    let name = &parameter.name;
    let said = crate::item::plain(name);
    let length = companion(name, "length");
    match &parameter.kind {
        Kind::Scalar(_) => TokenStream::new(),
        // A callback may change what C gave, and the function looks at what stays as it is.
        Kind::Text if calls_back => quote! {
            // SAFETY: who calls gives what the header asks for; so below.
            let #name = unsafe { ::exuvia_c::argument::text(&#call, #name, #length, #said) }?;
            let #name = ::exuvia_c::argument::copied_text(#name, #said)?;
            let #name = #name.as_str();
        },
        Kind::Text => quote! {
            let #name = unsafe { ::exuvia_c::argument::text(&#call, #name, #length, #said) }?;
        },
        Kind::CText if calls_back => quote! {
            let #name = unsafe { ::exuvia_c::argument::c_text(&#call, #name, #said) }?;
            let #name = ::exuvia_c::argument::copied_c_text(#name, #said)?;
            let #name = #name.as_c_str();
        },
        Kind::CText => quote! {
            let #name = unsafe { ::exuvia_c::argument::c_text(&#call, #name, #said) }?;
        },
        Kind::Numbers(_, Access::Shared) if calls_back => quote! {
            let #name = unsafe { ::exuvia_c::argument::slice(&#call, #name, #length, #said) }?;
            let #name = ::exuvia_c::argument::copied(#name, #said)?;
            let #name = #name.as_slice();
        },
        Kind::Numbers(_, Access::Shared) => quote! {
            let #name = unsafe { ::exuvia_c::argument::slice(&#call, #name, #length, #said) }?;
        },
        Kind::Numbers(_, Access::Exclusive) => quote! {
            let #name = unsafe { ::exuvia_c::argument::slice_mut(&#call, #name, #length, #said) }?;
        },
        Kind::Callback(parameters, value) => callback(name, &said, parameters, *value, own),
        Kind::Handle(of, access) => borrow_handle(name, of, *access),
    }
}

fn callback(
    name: &Ident,
    said: &str,
    parameters: &[Scalar],
    value: Option<Scalar>,
    Own { stop, answer, .. }: &Own,
) -> TokenStream {
    let context = companion(name, "context");
    let names: Vec<_> = (0..parameters.len())
        .map(|at| Ident::new(&format!("argument_{at}"), Span::mixed_site()))
        .collect();
    let types = parameters.iter().map(|each| scalar_type(*each));
    let body = match value {
        None => quote! {
            #stop.call(|| unsafe { #name(#context, #(#names),*) })
        },
        Some(of) => {
            let of = scalar_type(of);
            quote! {
                let mut #answer = <#of as ::core::default::Default>::default();
                #stop.call(|| unsafe { #name(#context, #(#names,)* &raw mut #answer) })?;
                Ok(#answer)
            }
        }
    };
    quote! {
        let #name = ::exuvia_c::callback::given(#name, #said)?;
        let mut #name = |#(#names: #types),*| { #body };
    }
}

fn borrow_handle(name: &Ident, of: &Path, access: Access) -> TokenStream {
    match access {
        Access::Shared => quote!(let #name = ::exuvia_c::handle::shared::<#of>(#name)?;),
        Access::Exclusive => {
            quote!(let mut #name = ::exuvia_c::handle::exclusive::<#of>(#name)?;)
        }
    }
}

fn reborrow(name: &Ident, access: Access) -> TokenStream {
    match access {
        Access::Shared => quote!(&*#name),
        Access::Exclusive => quote!(&mut *#name),
    }
}

/// What the function is called with.
fn argument(parameter: &Parameter) -> TokenStream {
    let name = &parameter.name;
    match &parameter.kind {
        Kind::Handle(_, access) => reborrow(name, *access),
        Kind::Callback(..) => quote!(&mut #name),
        _ => quote!(#name),
    }
}

/// Sees that slices that are changed share no memory with another, before any is borrowed.
fn apart(parameters: &[Parameter]) -> Option<TokenStream> {
    let mut changed = Vec::new();
    let mut read = Vec::new();
    for parameter in parameters {
        let (name, said) = (&parameter.name, crate::item::plain(&parameter.name));
        let length = companion(name, "length");
        let place = quote!(::exuvia_c::argument::place(#name, #length, #said));
        match &parameter.kind {
            Kind::Numbers(_, Access::Exclusive) => changed.push(place),
            Kind::Numbers(_, Access::Shared) | Kind::Text => read.push(place),
            // SAFETY of what is written here: who calls gives what the header asks for.
            Kind::CText => {
                read.push(quote!(unsafe { ::exuvia_c::argument::c_place(#name, #said) }))
            }
            Kind::Scalar(_) | Kind::Callback(..) | Kind::Handle(..) => {}
        }
    }
    (!changed.is_empty()).then(|| {
        quote! {
            ::exuvia_c::argument::check_places(&[#(#changed),*], &[#(#read),*])?;
        }
    })
}

/// The type of a result, where there is one.
fn output_type(value: &Value) -> Option<TokenStream> {
    Some(match value {
        Value::Nothing => return None,
        Value::Scalar(scalar) => scalar_type(*scalar),
        Value::Text => quote!(::exuvia_c::owned::Text),
        Value::Numbers(of) => {
            let of = scalar_type(*of);
            quote!(::exuvia_c::owned::Array<#of>)
        }
        Value::Handle(of) => quote!(*mut #of),
    })
}

fn converted(value: &Value, outcome: &Ident) -> TokenStream {
    match value {
        Value::Nothing | Value::Scalar(_) => quote!(#outcome),
        Value::Text => quote!(::exuvia_c::owned::Text::from(#outcome)),
        Value::Numbers(_) => quote!(::exuvia_c::owned::Array::from(#outcome)),
        Value::Handle(of) => {
            quote!(::exuvia_c::handle::insert::<#of>(#outcome))
        }
    }
}

/// The table of a type, and what C calls to give a value back.
pub fn opaque(item: &Opaque, prefix: &str) -> TokenStream {
    let name = &item.name;
    let said = item.name.to_string();
    let symbol = format!("{prefix}_{}_free", item.c_name());
    quote! {
        impl ::exuvia_c::handle::Opaque for #name {
            const NAME: &'static ::core::primitive::str = #said;

            fn table() -> &'static ::exuvia_c::handle::Table<Self> {
                use ::exuvia_c::handle::Neither as _;
                static TABLE: ::exuvia_c::handle::Table<#name> = unsafe {
                    // SAFETY: what is told of the type is what the compiler says of it.
                    ::exuvia_c::handle::Table::new(
                        <::exuvia_c::handle::Probe<#name>>::IS_SEND,
                        <::exuvia_c::handle::Probe<#name>>::IS_SYNC,
                    )
                };
                &TABLE
            }
        }

        const _: () = {
            #[unsafe(export_name = #symbol)]
            extern "C" fn free(handle: *mut #name) -> i32 {
                ::exuvia_c::status::run(|| <#name as ::exuvia_c::handle::Opaque>::table().free(handle))
            }
        };
    }
}

/// The codes of an error.
pub fn error(item: &ErrorType) -> TokenStream {
    let name = &item.name;
    let code = if item.is_enum {
        let arms = item.kinds.iter().map(|kind| {
            let (variant, code) = (&kind.name, kind.code);
            quote!(Self::#variant { .. } => #code)
        });
        quote!(match *self { #(#arms,)* })
    } else {
        let code = item.kinds.first().map(|kind| kind.code);
        quote!(#code)
    };
    quote! {
        impl ::exuvia_c::Error for #name {
            fn code(&self) -> i32 {
                #code
            }
        }
    }
}

/// What every library has beside its own functions.
pub fn library(prefix: &str) -> TokenStream {
    let message = format!("{prefix}_last_message");
    let copy = format!("{prefix}_copy_message");
    let free = format!("{prefix}_buffer_free");
    let interface = format!("{prefix}_interface");
    quote! {
        const _: () = {
            #[unsafe(export_name = #message)]
            extern "C" fn last_message() -> *const ::core::ffi::c_char {
                ::exuvia_c::status::last_message()
            }

            #[unsafe(export_name = #copy)]
            unsafe extern "C" fn copy_message(
                status: i32,
                buffer: *mut ::core::ffi::c_char,
                length: ::core::primitive::usize,
            ) -> ::core::primitive::usize {
                // SAFETY: who calls gives what the header asks for.
                unsafe { ::exuvia_c::status::copy_message(status, buffer, length) }
            }

            #[unsafe(export_name = #free)]
            extern "C" fn free(owner: *mut ::exuvia_c::owned::Buffer) -> i32 {
                ::exuvia_c::status::run(|| ::exuvia_c::owned::free(owner))
            }

            #[unsafe(export_name = #interface)]
            extern "C" fn interface() -> *const ::core::ffi::c_char {
                const INTERFACE: &::core::primitive::str = ::core::concat!(
                    ::core::env!(
                        "EXUVIA_C_INTERFACE",
                        "build.rs has to call `exuvia_c_build::Generate::header(\"include/NAME.h\").write()`"
                    ),
                    "\0"
                );
                INTERFACE.as_ptr().cast()
            }

            mod cffi {
                ::core::include!(::core::concat!(::core::env!("OUT_DIR"), "/exuvia_c.rs"));
            }
        };
    }
}
