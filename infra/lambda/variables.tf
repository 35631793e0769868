variable "name" {
  description = "Name of the function, and of everything that belongs to it."
  type        = string
  default     = "patrol-service"
}

variable "image_uri" {
  description = "The function's image (infra/lambda/Dockerfile) in ECR, by digest: what was tested is what runs."
  type        = string

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image_uri))
    error_message = "image_uri must end with a digest (…@sha256:…); a tag may be moved."
  }
}

variable "architecture" {
  description = "What the image was built for."
  type        = string
  default     = "x86_64"

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "architecture must be x86_64 or arm64."
  }
}

variable "secret_arn" {
  description = "The Secrets Manager secret whose JSON object holds DATABASE_URL and JWT_SECRET_KEY, by its whole ARN. Only its name is known here."
  type        = string
}

variable "secret_kms_key_arn" {
  description = "The customer managed key that the secret is encrypted with; null for the account's own aws/secretsmanager key. Its key policy must let IAM policies of the account allow its use (what a new key's does)."
  type        = string
  default     = null
}

variable "auth_service" {
  description = "Where auth-service listens (gRPC)."
  type        = object({ host = string, port = optional(number, 50051) })
}

variable "application_service" {
  description = "Where application-service listens (gRPC)."
  type        = object({ host = string, port = optional(number, 50055) })
}

variable "campus" {
  description = "Each building with its number of entrances; how many days before a patrol a leave may have begun that still covers it; whether a patrol is handed in with students who were not checked (refuse or allow)."
  type = object({
    buildings           = optional(string, "8:4,9:4")
    leave_lookback_days = optional(number, 14)
    hand_in_unchecked   = optional(string, "refuse")
  })
  default = {}

  # The service itself reads names of any alphabet, and says what it does not like; this finds it before a deployment.
  validation {
    condition     = can(regex("^[\\pL\\d]{1,5}:[1-9][0-9]?( *, *[\\pL\\d]{1,5}:[1-9][0-9]?)*$", var.campus.buildings))
    error_message = "campus.buildings must be buildings with their entrances, like 8:4,9:4."
  }

  validation {
    condition     = length(split(",", var.campus.buildings)) == length(distinct([for one in split(",", var.campus.buildings) : trimspace(split(":", one)[0])]))
    error_message = "campus.buildings must name each building once."
  }

  validation {
    condition     = var.campus.leave_lookback_days >= 0 && var.campus.leave_lookback_days <= 60 && floor(var.campus.leave_lookback_days) == var.campus.leave_lookback_days
    error_message = "campus.leave_lookback_days must be a whole number from 0 to 60."
  }

  validation {
    condition     = contains(["refuse", "allow"], var.campus.hand_in_unchecked)
    error_message = "campus.hand_in_unchecked must be refuse or allow."
  }
}

variable "settings" {
  description = "Further settings of the service by their variables (docs/configuration.md), like { LOG_LEVEL = \"DEBUG\" }. Nothing secret."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(setintersection(keys(var.settings), ["DATABASE_URL", "DATABASE_READ_URL", "MIGRATION_DATABASE_URL", "JWT_SECRET_KEY"])) == 0
    error_message = "DATABASE_URL and JWT_SECRET_KEY belong into the secret; a function reads no DATABASE_READ_URL and no MIGRATION_DATABASE_URL."
  }

  validation {
    condition     = length(setintersection(keys(var.settings), ["CAMPUS_BUILDINGS", "LEAVE_LOOKBACK_DAYS", "HAND_IN_UNCHECKED"])) == 0
    error_message = "CAMPUS_BUILDINGS, LEAVE_LOOKBACK_DAYS and HAND_IN_UNCHECKED are said by the variable campus."
  }

  validation {
    condition     = length(setintersection(keys(var.settings), ["ENVIRONMENT", "PATROL_SECRET_ID", "AUTH_GRPC_HOST", "AUTH_GRPC_PORT", "APPLICATION_GRPC_HOST", "APPLICATION_GRPC_PORT"])) == 0
    error_message = "ENVIRONMENT is production, and the secret and both peers have variables of their own."
  }
}

variable "vpc_id" {
  description = "The VPC with PostgreSQL and both peers."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets of that VPC; they need a way to Secrets Manager (an interface endpoint, or NAT)."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) > 0
    error_message = "subnet_ids must name one subnet at least."
  }
}

variable "secrets_manager" {
  description = "What the function may reach at 443 to read its secret, exactly one of: the security group of Secrets Manager's interface endpoint, with private DNS, in the VPC (it must let the function's group in); where a NAT leads there, a prefix list of yours; or one range of addresses."
  type = object({
    endpoint_security_group_id = optional(string)
    prefix_list_id             = optional(string)
    cidr_ipv4                  = optional(string)
  })

  validation {
    condition     = length(compact(values(var.secrets_manager))) == 1
    error_message = "secrets_manager must say exactly one of endpoint_security_group_id, prefix_list_id and cidr_ipv4."
  }

  validation {
    condition     = var.secrets_manager.cidr_ipv4 == null ? true : try(tonumber(split("/", var.secrets_manager.cidr_ipv4)[1]) >= 8, false)
    error_message = "secrets_manager.cidr_ipv4 must be a range like 10.0.0.0/16, and no wider than a /8."
  }
}

variable "database" {
  description = "The security group and the port of PostgreSQL."
  type        = object({ security_group_id = string, port = optional(number, 5432) })
}

variable "peers_security_group_id" {
  description = "The security group of auth-service and application-service."
  type        = string
}

variable "reserved_concurrency" {
  description = "Instances at most, and so connections to PostgreSQL at most: each instance holds one."
  type        = number
  default     = 20

  validation {
    condition     = var.reserved_concurrency >= 1
    error_message = "reserved_concurrency must be 1 or more: with 0 nothing is ever run."
  }
}

variable "memory_mb" {
  description = "Memory of an instance; its share of a processor grows with it."
  type        = number
  default     = 512
}

variable "log_retention_days" {
  description = "How long the logs of the function and of RDS Proxy are kept."
  type        = number
  default     = 30
}

variable "log_kms_key_arn" {
  description = "The customer managed key that those logs are encrypted with; null for a key that AWS owns. Its key policy must allow the principal logs.<region>.amazonaws.com the actions kms:Encrypt*, kms:Decrypt*, kms:ReEncrypt*, kms:GenerateDataKey* and kms:Describe*, where kms:EncryptionContext:aws:logs:arn is arn:aws:logs:<region>:<account>:log-group:/aws/lambda/<name> (or …:/aws/rds/proxy/<name>)."
  type        = string
  default     = null
}

variable "front" {
  description = "What callers reach: api (API Gateway's HTTP API) or url (a function URL: cheaper, without throttling; one of its permissions is made by CloudFormation, which who deploys must be allowed to use)."
  type        = string
  default     = "api"

  validation {
    condition     = contains(["api", "url"], var.front)
    error_message = "front must be api or url."
  }
}

variable "throttle" {
  description = "Requests a second that the HTTP API lets through, and how many at once above that."
  type        = object({ rate = number, burst = number })
  default     = { rate = 50, burst = 100 }
}

variable "rds_proxy" {
  description = "RDS Proxy in front of the RDS instance that `database` describes; null for none. Its credentials are a secret with username and password, encrypted with the customer managed key credentials_kms_key_arn or, where that is null, with the account's own aws/secretsmanager key."
  type = object({
    db_instance_identifier  = string
    credentials_secret_arn  = string
    credentials_kms_key_arn = optional(string)
    max_connections_percent = optional(number, 50)
  })
  default = null
}

variable "alarm_topic_arn" {
  description = "The SNS topic that alarms go to; null for alarms that are seen in CloudWatch only."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_topic_arn == null ? true : can(regex("^arn:[^:]+:sns:", var.alarm_topic_arn))
    error_message = "alarm_topic_arn must be the ARN of an SNS topic, or null."
  }
}
